package wardenrpc

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

type fake struct{ got Setup }

func (f *fake) Setup(s Setup) ([]Layer, error) {
	f.got = s
	return []Layer{{Name: "seccomp", State: "enforced"}}, nil
}

func TestAnotherBuildIsRefused(t *testing.T) {
	f := &fake{}
	var layers []Layer
	if err := (&server{f}).Setup(Request{Build: "old"}, &layers); err == nil || !strings.Contains(err.Error(), "another build") {
		t.Errorf("got %v", err)
	}
	if err := (&server{f}).Setup(Request{Build: buildLabel(), Setup: Setup{Slots: 3}}, &layers); err != nil || len(layers) != 1 || f.got.Slots != 3 {
		t.Errorf("got %v %v %v", err, layers, f.got)
	}
}

// TestTheWardensLogReachesOurs sends a line the way it goes: the warden's logger, go-plugin's parser, our logger.
func TestTheWardensLogReachesOurs(t *testing.T) {
	var line, out bytes.Buffer
	NewLogger(&line).Error("cannot start a Worker", "slot", 3, "error", errors.New("no"))
	for _, want := range []string{`"@level":"error"`, `"@message":"cannot start a Worker"`, `"slot":3`} {
		if !strings.Contains(line.String(), want) {
			t.Errorf("%s lacks %s", &line, want)
		}
	}
	l := logger(slog.New(slog.NewTextHandler(&out, nil)))
	l.Named("warden of test").Error("cannot start a Worker", "slot", 3)
	l.Error("plugin process exited")
	if !strings.Contains(out.String(), `level=ERROR msg="cannot start a Worker" slot=3`) || strings.Contains(out.String(), "plugin") {
		t.Errorf("got %s", &out)
	}
}
