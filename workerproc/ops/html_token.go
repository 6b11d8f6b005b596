package ops

import "stockade.dev/stockade/workerproc/htmlrewriter"

// htmlGet(n, what, name) reads the current token.
func (d *documents) opGet(args []any) (any, error) {
	return d.withToken(args, func(doc *document) (any, error) {
		switch text(args, 1) {
		case "name":
			return doc.Name(), nil
		case "uri":
			return doc.URI(), nil
		case "removed":
			return doc.Removed(), nil
		case "attributes":
			return anyList(doc.Attributes()), nil
		case "attribute":
			if v, ok := doc.Attribute(text(args, 2)); ok {
				return v, nil
			}
		case "text":
			s, last := doc.Text()
			return []any{s, last}, nil
		case "doctype":
			return doctypeList(doc.Doctype()), nil
		}
		return nil, nil
	})
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func doctypeList(ids [3]*string) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		if id != nil {
			out[i] = *id
		}
	}
	return out
}

// htmlSet(n, what, name, value) changes the current token itself.
func (d *documents) opSet(args []any) (any, error) {
	return d.withToken(args, func(doc *document) (any, error) {
		var err error
		switch name := text(args, 2); text(args, 1) {
		case "name":
			err = doc.SetName(name)
		case "attribute":
			err = doc.SetAttribute(name, text(args, 3))
		case "removeAttribute":
			doc.RemoveAttribute(name)
		case "comment":
			err = doc.SetComment(name)
		case "end":
			err = doc.HandleEnd()
		}
		if err != nil {
			return htmlError(err)
		}
		return nil, nil
	})
}

// htmlContent(n, text, html) is content in the document's encoding.
func (d *documents) opContent(args []any) (any, error) {
	return d.with(args, func(doc *document) (any, error) { return doc.Content(text(args, 1), flag(args, 2)).Bytes, nil })
}

// htmlEdit(n, edit, content, html) puts content somewhere: a string, or the
// number of a stream.
func (d *documents) opEdit(args []any) (any, error) {
	return d.withToken(args, func(doc *document) (any, error) {
		content := htmlrewriter.Piece{Stream: number(args, 2)}
		if s, ok := arg[string](args, 2); ok {
			content = doc.Content(s, flag(args, 3))
		}
		doc.Edit(htmlrewriter.Edit(number(args, 1)), content)
		return nil, nil
	})
}
