(function(require,module,exports,ops,core){module.exports=require("node:assert").strict;})
