package supervisor

import (
	"testing"
)

func TestBytesOfACodedValue(t *testing.T) {
	blobs := [][]byte{[]byte("abcdefgh")}
	for text, want := range map[string]string{
		`["b",0]`: "abcdefgh", `["t","Uint8Array",["b",0],2,3]`: "cde", `["t","Uint16Array",["b",0],0,2]`: "abcd", `["t","DataView",["b",0],8,0]`: "",
		`["b",1]`: "!", `["b",-1]`: "!", `["b"]`: "!", `["t","Uint8Array",["b",0],2,7]`: "!", `["t","Uint8Array",["b",0],-1,1]`: "!", `["t","Uint8Array",["b",0],9,0]`: "!",
		`["t","Float64Array",["b",0],1,1]`: "!", `["t","Uint8Array",["b",0],0,9223372036854775807]`: "!", `["t","Other",["b",0],0,1]`: "!", `["t","Uint8Array",["t","Uint8Array",["b",0],0,1],0,1]`: "!", `["u"]`: "!",
	} {
		got := "!"
		if f, err := formOf([]byte(text)); err == nil {
			if b, err := f.bytes(blobs); err == nil {
				got = string(b)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// FuzzFetchRequest has what a jail can send as a request and its body: an error, or something that is within what it sent.
func FuzzFetchRequest(f *testing.F) {
	f.Add([]byte(`[[["Q",{"m":"GET","u":"http://x/","h":["a","b"],"r":"manual","b":null}]]]`))
	f.Add([]byte(`[[["Q",{"m":"POST","u":"http://x/","h":[],"r":"manual","b":["b",0],"g":["a",0]}]]]`))
	f.Add([]byte(`[[["Q",{"m":"POST","u":"http://x/","h":[],"r":"follow","b":["R",0,true],"cf":{}}]]]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		data := appendPieces(text, []byte("blob"))
		got, blobs, err := pieces(data)
		if err != nil || len(blobs) != 1 {
			t.Fatal(err)
		}
		r, err := fetchRequestOf(got)
		if err != nil {
			return
		}
		if h := r.headers(); len(h) != len(r.Header)/2 {
			t.Fatal(h)
		}
		for _, v := range [][]byte{r.Body, r.Signal} {
			if form, err := formOf(v); err == nil {
				form.bytes(blobs)
				if c, err := form.streamAt(0, nil); err == nil || c != nil {
					t.Fatal("a stream out of nothing")
				}
			}
		}
	})
}
