package rpc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"
)

// fill sets every field of v to a value that is not its zero value, so that a
// field which fields() forgets shows.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Cap]() {
			v.Set(reflect.ValueOf(Cap{Kind: CapEntrypoint, ID: uint32(*n), Entrypoint: "é", Limits: "{}", Props: Value{Data: []byte{1},
				Caps: []Cap{{Kind: CapGrant, ID: 5}, {Kind: CapExport, ID: uint32(*n)}}}}))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(*n), 0, 255})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.String:
		v.SetString(strings.Repeat("é", *n%5+1))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) * 1_000_003)
	case reflect.Uint8:
		v.SetUint(uint64(*n%200 + 1))
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n) * 7919)
	default:
		panic("fill: " + v.Kind().String())
	}
}

// samples returns every message of the table, filled, with who sends it.
func samples() map[Type]Message {
	all := make(map[Type]Message)
	for t := range Type(len(table)) {
		if !t.known() {
			continue
		}
		m := table[t].make()
		n := 0
		fill(reflect.ValueOf(m).Elem(), &n)
		kindsOf(m)
		all[t] = m
	}
	return all
}

// kindsOf gives errors a kind that exists.
func kindsOf(m Message) {
	switch m := m.(type) {
	case *LoadFailed:
		m.Error.Kind = CodeError
	case *InvokeFailed:
		m.Error.Kind = LimitExceeded
	case *StubResult:
		if m.Error != nil {
			m.Error.Kind = Thrown
		}
	case *HostResult:
		if m.Error != nil {
			m.Error.Kind = Denied
		}
	case *CacheResult:
		if m.Error != nil {
			m.Error.Kind = Denied
		}
	}
}

func sender(t Type) Side {
	if table[t].from == 0 {
		return Worker
	}
	return table[t].from
}

func TestEveryMessageComesBackAsItWasSent(t *testing.T) {
	for typ, m := range samples() {
		b, err := AppendFrame(nil, Frame{ID: 77, Message: m})
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		got, err := ReadFrame(bytes.NewReader(b), sender(typ))
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if got.ID != 77 || !reflect.DeepEqual(got.Message, m) {
			t.Errorf("%s: sent %+v, received %+v", typ, m, got.Message)
		}
	}
}

func TestTheZeroMessageComesBackToo(t *testing.T) {
	for typ := range samples() {
		m := table[typ].make()
		kindsOf(m)
		b, err := AppendFrame(nil, Frame{Message: m})
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if got, err := ReadFrame(bytes.NewReader(b), sender(typ)); err != nil || !reflect.DeepEqual(got.Message, m) {
			t.Errorf("%s: received %+v, %v", typ, got.Message, err)
		}
	}
}

func TestATruncatedMessageIsAProtocolViolation(t *testing.T) {
	for typ, m := range samples() {
		whole, err := AppendFrame(nil, Frame{Message: m})
		if err != nil {
			t.Fatal(err)
		}
		for cut := headerSize; cut < len(whole); cut++ {
			b := bytes.Clone(whole[:cut])
			binary.LittleEndian.PutUint32(b, uint32(cut-headerSize))
			if _, err := ReadFrame(bytes.NewReader(b), sender(typ)); !errors.Is(err, ErrProtocol) {
				t.Fatalf("%s cut to %d of %d bytes: %v", typ, cut, len(whole), err)
			}
		}
	}
}

func TestNobodySpeaksForTheOtherSide(t *testing.T) {
	other := map[Side]Side{Worker: Supervisor, Supervisor: Worker}
	for typ, m := range samples() {
		if table[typ].from == 0 {
			continue
		}
		b, err := AppendFrame(nil, Frame{Message: m})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFrame(bytes.NewReader(b), other[table[typ].from]); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s from the wrong side: %v", typ, err)
		}
	}
}

func frame(size uint32, typ Type, payload string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, size)
	return append(append(b, byte(typ), 0, 0, 0, 0), payload...)
}

func TestHostileFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		want string
	}{
		{"unknown type", frame(0, 200, ""), "unexpected message type"},
		{"type 0", frame(0, 0, ""), "unexpected message type"},
		{"larger than its type may be", frame(1<<31, TypeDone, ""), "exceeds its limit"},
		{"trailing bytes", frame(8, TypeCredit, "\x01zzzzzzz"), "bytes too many"},
		{"a count that the message can't hold", frame(6, TypeLoaded, "\x01\xff\xff\xff\xff\x0f"), "ends early"},
		{"a string longer than the message", frame(3, TypeBodyAbort, "\x7fab"), "ends early"},
		{"a varint without end", frame(11, TypeCredit, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "ends early"},
		{"a credit beyond 32 bits", frame(6, TypeCredit, "\xff\xff\xff\xff\xff\x01"), "out of range"},
		{"a boolean that is neither", frame(2, TypeBodyData, "\x00\x02"), "out of range"},
		{"an error of no kind", frame(12, TypeInvokeFailed, "\x02ab\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "unknown error kind"},
	} {
		_, err := ReadFrame(bytes.NewReader(c.b), Worker)
		if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestAClaimedLengthCostsNothing announces the largest message there is and
// sends nothing of it.
func TestAClaimedLengthCostsNothing(t *testing.T) {
	b := frame(uint32(TypeLoaded.limit()), TypeLoaded, "x")
	n := testing.AllocsPerRun(10, func() {
		if _, err := ReadFrame(bytes.NewReader(b), Worker); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	})
	result := testing.Benchmark(func(b2 *testing.B) {
		b2.ReportAllocs()
		for b2.Loop() {
			ReadFrame(bytes.NewReader(b), Worker)
		}
	})
	if result.AllocedBytesPerOp() > 1<<20 {
		t.Errorf("a claim of %d bytes took %d bytes in %.0f allocations", TypeLoaded.limit(), result.AllocedBytesPerOp(), n)
	}
}

func TestAMessageBeyondItsLimitIsNotSent(t *testing.T) {
	_, err := AppendFrame(nil, Frame{Message: &BodyData{Data: make([]byte, ChunkSize+100)}})
	if err == nil || !strings.Contains(err.Error(), "limit") {
		t.Error(err)
	}
	_, err = AppendFrame(nil, Frame{Message: &Loaded{CPU: -time.Second}})
	if err == nil {
		t.Error("a negative duration was sent")
	}
}

func TestConnCarriesManyFramesPerWrite(t *testing.T) {
	a, b := net.Pipe()
	left, right := NewConn(a, Worker), NewConn(b, Supervisor)
	defer left.Close()
	defer right.Close()
	sent := make(chan error, 1)
	go func() {
		sent <- left.Send(Frame{Message: &Load{Main: "a.js"}}, Frame{ID: 1, Message: &Invoke{URL: "http://x/"}})
	}()
	for _, want := range []Type{TypeLoad, TypeInvoke} {
		f, err := right.Receive()
		if err != nil || f.Type() != want {
			t.Fatalf("received %v, %v; want %s", f, err, want)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	left.Close()
	if _, err := right.Receive(); err != io.EOF {
		t.Errorf("after the peer has closed: %v", err)
	}
}

// FuzzReadFrame holds what a jail can do to the supervisor: an error, or a
// message that is the same when it is sent back.
func FuzzReadFrame(f *testing.F) {
	for _, m := range samples() {
		b, err := AppendFrame(nil, Frame{ID: 3, Message: m})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, side := range []Side{Worker, Supervisor} {
			frame, err := ReadFrame(bytes.NewReader(b), side)
			if err != nil {
				continue
			}
			again, err := AppendFrame(nil, frame)
			if err != nil {
				t.Fatalf("%s was received and can't be sent: %v", frame.Type(), err)
			}
			if back, err := ReadFrame(bytes.NewReader(again), side); err != nil || !reflect.DeepEqual(back, frame) {
				t.Fatalf("%+v came back as %+v, %v", frame, back, err)
			}
		}
	})
}

func BenchmarkRoundTripOfAWarmRequest(b *testing.B) {
	invoke := &Invoke{Method: "GET", URL: "http://localhost/", Headers: []Header{{"host", "localhost"}, {"accept", "*/*"}}}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendFrame(buf[:0], Frame{ID: 1, Message: invoke})
		if _, err := ReadFrame(bytes.NewReader(buf), Supervisor); err != nil {
			b.Fatal(err)
		}
	}
}

func TestCapabilitiesWithinCapabilitiesAreBounded(t *testing.T) {
	v := Value{Data: []byte("x")}
	for range maxCapDepth + 1 {
		v = Value{Caps: []Cap{{Kind: CapEntrypoint, Props: v}}}
	}
	if _, err := AppendFrame(nil, Frame{Message: &StubResult{Value: v}}); !errors.Is(err, errDepth) {
		t.Errorf("sent: %v", err)
	}
	deep := bytes.Repeat([]byte{0, 1, byte(CapEntrypoint), 0, 0}, 1<<20) // no data, one capability, its entrypoint, …
	frame := append(make([]byte, headerSize), 0)                         // no error
	frame = append(frame, deep...)
	frame[4] = byte(TypeStubResult)
	binary.LittleEndian.PutUint32(frame, uint32(len(frame)-headerSize))
	if _, err := ReadFrame(bytes.NewReader(frame), Worker); !errors.Is(err, errDepth) {
		t.Errorf("received: %v", err)
	}
}
