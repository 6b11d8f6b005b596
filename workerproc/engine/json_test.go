package engine_test

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestJSONParse: what JSON.parse makes of texts, right and wrong, is the same on both engines. QuickJS has a parser of its own.
func TestJSONParse(t *testing.T) {
	texts := jsonTexts()
	results := map[string][]string{}
	onEach(t, func(t *testing.T, m maker) {
		e := m.engine(t)
		f, err := e.Script("json", `(function (text) {
			let v;
			try { v = JSON.parse(text) } catch (e) { return e.name }
			const own = (v) => typeof v !== "object" || v === null ? (Object.is(v, -0) ? "-0" : typeof v + String(v)) :
				(Array.isArray(v) ? "array" : Object.getPrototypeOf(v) === Object.prototype ? "object" : "strange") + "(" +
				Reflect.ownKeys(v).map((k) => { const d = Object.getOwnPropertyDescriptor(v, k); return JSON.stringify(k) + (d.writable && d.enumerable && (d.configurable || k === "length") ? "=" : "?=") + own(d.value) }).join() + ")";
			const s = own(v);
			let hash = s.length;
			for (let i = 0; i < s.length; i++) hash = (hash * 31 + s.charCodeAt(i)) | 0;
			return hash + " " + s.slice(0, 60).replace(/[\ud800-\udfff]/g, "*");
		})`)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			v, err := e.Call(f, text)
			if err != nil {
				t.Fatal(err)
			}
			results[t.Name()] = append(results[t.Name()], v.(string))
		}
	})
	var lists [][]string
	for _, list := range results {
		lists = append(lists, list)
	}
	if len(lists) != 2 {
		t.Fatalf("%d engines", len(lists))
	}
	wrong := 0
	for n, text := range texts {
		if lists[0][n] == "SyntaxError" {
			wrong++
		}
		if lists[0][n] != lists[1][n] {
			t.Errorf("%q:\n%s\n%s", text, lists[0][n], lists[1][n])
		}
	}
	if wrong < len(texts)/10 || wrong > len(texts)*9/10 {
		t.Errorf("%d of %d texts are wrong", wrong, len(texts))
	}
}

// jsonTexts are some texts, and what comes of changing a character or two of them.
func jsonTexts() []string {
	seeds := []string{
		`{"a":[1,-0,2.5e3,1E-2,1e400,-1e400,123456789012345678901,999999999999999,0.1],"b":{"c":null,"d":true,"e":false},"":" "}`,
		`["\ud800","\ud83d\ude00","\u00e9","\u0041\/\b\f\n\r\t\"\\","é","日本 😀","a\u0000b","` + strings.Repeat("x", 300) + `"]`,
		`{"__proto__":{"x":1},"1":2,"0":1,"b":1,"a":2,"a":3,"constructor":4,"é":5,"\u00e9":6,"\ud800":7,"length":8}`,
		" \t\r\n[ { } , [ ] , \"\" , 0 , -1 , { \"k\" : [ { } ] } ] \n", `12`, `"text"`, `-`, `[[[[[[[[1]]]]]]]]`, strings.Repeat("[", 500) + strings.Repeat("]", 500),
		`{"é":{"日":["ü",1,true,null,-12.50e+1,{"x":"y\u2028"}]}}`,
	}
	random := rand.New(rand.NewPCG(1, 2))
	const characters = "0123456789.eE+-\"\\{}[]:, \n\ttrufalsn\u0001é😀x"
	texts := seeds
	for range 3000 {
		text := []rune(seeds[random.IntN(len(seeds))])
		for range 1 + random.IntN(2) {
			at, with := random.IntN(len(text)), []rune(characters)[random.IntN(len([]rune(characters)))]
			switch random.IntN(3) {
			case 0:
				text[at] = with
			case 1:
				text = append(text[:at], append([]rune{with}, text[at:]...)...)
			default:
				if len(text) > 1 {
					text = append(text[:at], text[at+1:]...)
				}
			}
		}
		texts = append(texts, string(text))
	}
	return texts
}
