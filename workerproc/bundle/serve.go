package bundle

import (
	"encoding/json"
	"fmt"
	"io"
)

// Serve reads Options from in, as JSON, and writes the Result of Build to out. The error is of reading or writing.
func Serve(in io.Reader, out io.Writer) error {
	var o Options
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return fmt.Errorf("cannot read what to bundle: %w", err)
	}
	if err := json.NewEncoder(out).Encode(Build(o)); err != nil {
		return fmt.Errorf("cannot write the bundle: %w", err)
	}
	return nil
}
