(function(require,module,exports,ops,core){module.exports={promise(promise,pending,rejected){let[kind,result]=ops.internals(promise);return kind==="rejected"?[rejected,result]:kind==="fulfilled"?["fulfilled",result]:[pending,void 0]},stack(e){let own;try{own=e.stack}catch{return}let at=typeof own=="string"?own.indexOf(`
	at `):-1;if(at<0)return own;let described=ops.describe(e)[2],frames=described.indexOf(`
    at `);return own.slice(0,at)+(frames<0?"":described.slice(frames))}};})
