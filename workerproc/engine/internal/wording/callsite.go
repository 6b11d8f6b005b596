package wording

import (
	"regexp"
	"strconv"
)

var framePattern = regexp.MustCompile(`^    at (?:(.*) \()?(?:(.*):(\d+):(\d+)|<anonymous>)\)?$`)

// Frame takes a line of a stack apart: the function's name or nil, the file, the
// line and the column.
func Frame(line string) []any {
	m := framePattern.FindStringSubmatch(line)
	if m == nil {
		return nil
	}
	frame := []any{nil}
	if m[1] != "" {
		frame[0] = m[1]
	}
	if m[2] == "" {
		return frame
	}
	l, _ := strconv.Atoi(m[3])
	c, _ := strconv.Atoi(m[4])
	return append(frame, m[2], l, c)
}

// CallSites is a function that makes V8's CallSite objects, which
// Error.prepareStackTrace gets, of what Frame returns for each line.
const CallSites = `(() => {
	class CallSite {
		#frame;
		constructor(frame) { this.#frame = frame; }
		getThis() {}
		getFunction() {}
		getTypeName() { return null; }
		getFunctionName() { return this.#frame[0] ?? null; }
		getMethodName() { return null; }
		getFileName() { return this.#frame[1]; }
		getScriptNameOrSourceURL() { return this.#frame[1]; }
		getScriptHash() { return ""; }
		getLineNumber() { return this.#frame[2] ?? null; }
		getColumnNumber() { return this.#frame[3] ?? null; }
		getEnclosingLineNumber() { return this.getLineNumber(); }
		getEnclosingColumnNumber() { return this.getColumnNumber(); }
		getPosition() { return 0; }
		getPromiseIndex() { return null; }
		getEvalOrigin() {}
		isNative() { return false; }
		isToplevel() { return true; }
		isConstructor() { return false; }
		isEval() { return false; }
		isAsync() { return false; }
		isPromiseAll() { return false; }
		toString() {
			const [name, file = "<anonymous>", line, column] = this.#frame;
			const place = line === undefined ? file : file + ":" + line + ":" + column;
			return name ? name + " (" + place + ")" : place;
		}
	}
	return (frames) => {
		for (let i = 0; i < frames.length; i++) frames[i] = new CallSite(frames[i]);
		return frames;
	};
})()`
