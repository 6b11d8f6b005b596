package ops

import (
	"errors"

	"stockade.dev/stockade/workerproc/engine"
	"stockade.dev/stockade/workerproc/htmlrewriter"
)

// documents are the rewriters at work, by number. Each belongs to an
// invocation and ends with it at the latest.
type documents struct {
	open map[int]*document
	last int
}

type document struct {
	*htmlrewriter.Rewriter
	owner int
}

// maxDocuments bounds them: one takes as much as its largest tag, below 3 MiB.
const maxDocuments = 64

func newHTMLOps() map[string]engine.Op {
	d := &documents{open: map[int]*document{}}
	return map[string]engine.Op{
		"htmlSelector": htmlSelector, "htmlOpen": d.opOpen, "htmlWrite": d.opWrite, "htmlNext": d.opNext,
		"htmlTake": d.opTake, "htmlGet": d.opGet, "htmlSet": d.opSet, "htmlEdit": d.opEdit, "htmlContent": d.opContent, "htmlClose": d.opClose, "htmlForget": d.opForget,
	}
}

func htmlError(err error) (any, error) {
	if e, ok := errors.AsType[*htmlrewriter.Error](err); ok {
		return fail("TypeError", e.Error())
	}
	return nil, err
}

// htmlSelector(text) throws when that is no selector.
func htmlSelector(args []any) (any, error) {
	if _, err := htmlrewriter.ParseSelector(text(args, 0)); err != nil {
		return htmlError(err)
	}
	return nil, nil
}

// htmlOpen(handlers, contentType, owner) returns the number of a new rewriter;
// handlers is selector or undefined, wants, …
func (d *documents) opOpen(args []any) (any, error) {
	enc, err := documentEncoding(charsetOf(text(args, 1)))
	if err != nil {
		return nil, err
	}
	if len(d.open) >= maxDocuments {
		return fail("RangeError", "Too many documents are being rewritten.")
	}
	handlers, err := htmlHandlers(list(args, 0))
	if err != nil {
		return htmlError(err)
	}
	d.last++
	d.open[d.last] = &document{htmlrewriter.New(handlers, enc), number(args, 2)}
	return d.last, nil
}

func htmlHandlers(flat []any) (handlers []htmlrewriter.Handler, err error) {
	for i := 0; i+1 < len(flat); i += 2 {
		h := htmlrewriter.Handler{Wants: htmlrewriter.Wants(number(flat, i+1))}
		if s, ok := flat[i].(string); ok {
			if h.Selector, err = htmlrewriter.ParseSelector(s); err != nil {
				return nil, err
			}
		}
		handlers = append(handlers, h)
	}
	return handlers, nil
}

func (d *documents) with(args []any, f func(*document) (any, error)) (any, error) {
	doc := d.open[number(args, 0)]
	if doc == nil {
		return fail("TypeError", errUnknownCodec)
	}
	return f(doc)
}

// withToken is with, while a handler looks at a token.
func (d *documents) withToken(args []any, f func(*document) (any, error)) (any, error) {
	return d.with(args, func(doc *document) (any, error) {
		if !doc.AtToken() {
			return fail("TypeError", errUnknownCodec)
		}
		return f(doc)
	})
}

// htmlWrite(n, bytes) gives input; undefined says that there is no more.
func (d *documents) opWrite(args []any) (any, error) {
	return d.with(args, func(doc *document) (any, error) {
		if b, ok := arg[[]byte](args, 1); ok {
			doc.Write(b)
		} else {
			doc.Close()
		}
		return nil, nil
	})
}

// htmlNext(n) returns the next event, [kind, element, handler, handler, …],
// or undefined when there is none before more input.
func (d *documents) opNext(args []any) (any, error) {
	return d.with(args, func(doc *document) (any, error) {
		e, ok, err := doc.Next()
		if err != nil {
			return htmlError(err)
		}
		if !ok {
			return nil, nil
		}
		out := []any{int(e.Kind), e.Element}
		for _, h := range e.Handlers {
			out = append(out, h)
		}
		return out, nil
	})
}

// htmlTake(n) returns the output so far: bytes, and numbers of streams.
func (d *documents) opTake(args []any) (any, error) {
	return d.with(args, func(doc *document) (any, error) {
		var out []any
		for _, p := range doc.Take() {
			if p.Stream != 0 {
				out = append(out, p.Stream)
			} else {
				out = append(out, p.Bytes)
			}
		}
		return out, nil
	})
}

// htmlClose(n) forgets a rewriter.
func (d *documents) opClose(args []any) (any, error) {
	delete(d.open, number(args, 0))
	return nil, nil
}

// htmlForget(owner) forgets those of an invocation.
func (d *documents) opForget(args []any) (any, error) {
	for n, doc := range d.open {
		if doc.owner == number(args, 0) {
			delete(d.open, n)
		}
	}
	return nil, nil
}
