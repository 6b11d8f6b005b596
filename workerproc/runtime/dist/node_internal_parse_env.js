(function(require,module,exports,ops,core){module.exports=content=>{let out={},line=/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n#]*))[^\n]*$/gm;for(let[,name,double,single,back,plain]of content.replace(/\r\n?/g,`
`).matchAll(line))out[name]=double!==void 0?double.replace(/\\n/g,`
`):single??back??plain.trim();return out};})
