package ops

import (
	"errors"
	"testing"

	"stockade.dev/stockade/workerproc/engine"
)

// FuzzHTML does with a document what the runtime's JavaScript may do, in
// whatever order, and what it never does: an error at most.
func FuzzHTML(f *testing.F) {
	f.Add("<p a=1>x<br>\xe9<!--c--></p>", "text/html; charset=windows-1252", "p, [a]", []byte("wnnnsegtn"))
	f.Add("<svg><![CDATA[x]]></svg>", "text/html", "*", []byte("gewncsn"))
	f.Fuzz(func(t *testing.T, doc, contentType, selector string, steps []byte) {
		all := newHTMLOps()
		n, err := all["htmlOpen"]([]any{[]any{selector, 7.0, nil, 31.0}, contentType, 1.0})
		if err != nil {
			orderly(t, err)
			return
		}
		id := float64(n.(int))
		for i, step := range steps {
			var err error
			switch step % 8 {
			case 0:
				_, err = all["htmlWrite"]([]any{id, []byte(doc)})
			case 1, 2:
				_, err = all["htmlNext"]([]any{id})
			case 3:
				_, err = all["htmlGet"]([]any{id, [...]string{"name", "uri", "removed", "attributes", "attribute", "text", "doctype", "no"}[i%8], doc})
			case 4:
				_, err = all["htmlSet"]([]any{id, [...]string{"name", "attribute", "removeAttribute", "comment", "end"}[i%5], selector, doc})
			case 5:
				_, err = all["htmlEdit"]([]any{id, float64(i % 10), doc, i%2 == 0})
			case 6:
				_, err = all["htmlTake"]([]any{id})
			case 7:
				_, err = all["htmlWrite"]([]any{id})
			}
			orderly(t, err)
		}
		_, _ = all["htmlForget"]([]any{1.0})
		if _, err := all["htmlNext"]([]any{id}); err == nil {
			t.Error("a document has outlived its request")
		}
	})
}

func orderly(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := errors.AsType[*engine.Error](err); !ok {
		t.Errorf("%T: %v", err, err)
	}
}
