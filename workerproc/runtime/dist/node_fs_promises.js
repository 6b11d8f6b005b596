(function(require,module,exports,ops,core){module.exports=require("node:fs").promises;})
