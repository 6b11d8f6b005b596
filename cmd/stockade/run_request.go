package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// runRequest is the body of POST /v1/run.
type runRequest struct {
	Code       *workerCode      `json:"code"`
	Profile    string           `json:"profile,omitempty"`
	Entrypoint string           `json:"entrypoint,omitempty"`
	Props      json.RawMessage  `json:"props,omitempty"`
	Limits     map[string]int64 `json:"limits,omitempty"`
	Request    *httpRequest     `json:"request,omitempty"`
	Call       *methodCall      `json:"call,omitempty"`
}

type httpRequest struct {
	Method     string              `json:"method,omitempty"`
	URL        string              `json:"url,omitempty"`
	Headers    map[string][]string `json:"headers,omitempty"`
	Body       *string             `json:"body,omitempty"`
	BodyBase64 []byte              `json:"bodyBase64,omitempty"`
}

type methodCall struct {
	Method string          `json:"method"`
	Args   json.RawMessage `json:"args,omitempty"`
}

// codeOptions are the flags that make a Worker of its modules.
type codeOptions struct {
	main   string
	date   string
	flags  []string
	env    []string
	engine string
}

func (o *codeOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.main, "main", "", "the main `module` of a directory")
	f.StringVar(&o.date, "compatibility-date", "", "the Worker's compatibility `date`, YYYY-MM-DD (default today)")
	f.StringArrayVar(&o.flags, "compatibility-flag", nil, "a compatibility `flag` of the Worker; may be repeated")
	f.StringVar(&o.engine, "engine", "", "the `name` of the engine to run on: goja or quickjs (default: the profile's)")
	f.StringArrayVar(&o.env, "env", nil, "`NAME=TEXT`, NAME:=JSON, or @FILE with a JSON object: the Worker's env; may be repeated")
}

// code reads the modules and adds what the flags say.
func (o *codeOptions) code(file string, in io.Reader) (*workerCode, error) {
	code, err := readCode(file, o.main, in)
	if err != nil {
		return nil, err
	}
	code.CompatibilityDate, code.CompatibilityFlags, code.Engine = o.date, o.flags, o.engine
	code.Env, err = parseEnv(o.env)
	return code, err
}

func parseEnv(given []string) (map[string]any, error) {
	env := make(map[string]any)
	for _, one := range given {
		if file, ok := strings.CutPrefix(one, "@"); ok {
			if err := readEnv(env, file); err != nil {
				return nil, err
			}
			continue
		}
		name, value, ok := strings.Cut(one, "=")
		typed := strings.HasSuffix(name, ":")
		name = strings.TrimSuffix(name, ":")
		switch {
		case !ok || name == "":
			return nil, usageErrorf("cannot use --env %s: write NAME=TEXT, NAME:=JSON or @FILE", one)
		case typed && !json.Valid([]byte(value)):
			return nil, usageErrorf("cannot use --env %s: what follows := is not JSON", one)
		case typed:
			env[name] = json.RawMessage(value)
		default:
			env[name] = value
		}
	}
	return env, nil
}

func readEnv(env map[string]any, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return usageErrorf("cannot read --env: %w", err)
	}
	var more map[string]json.RawMessage
	if err := json.Unmarshal(content, &more); err != nil {
		return usageErrorf("cannot use --env @%s: it must hold a JSON object: %v", file, err)
	}
	for name, value := range more {
		env[name] = value
	}
	return nil
}

// request is what the flags come to.
func (o *runOptions) request(cmd *cobra.Command, file string) (*runRequest, error) {
	if file == "-" && (o.data == "@-" || o.data == "-") {
		return nil, usageErrorf("cannot read both the Worker and --data from standard input")
	}
	code, err := o.code(file, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	r := &runRequest{Code: code, Profile: o.profile, Entrypoint: o.entrypoint}
	if r.Props, err = jsonFlag("props", o.props, "{"); err != nil {
		return nil, err
	}
	if r.Limits, err = parseLimits(o.limits); err != nil {
		return nil, err
	}
	if o.call != "" {
		r.Call, err = o.methodCall()
		return r, err
	}
	if o.argsSet {
		return nil, usageErrorf("cannot use --args without --call")
	}
	r.Request, err = o.httpRequest(cmd.InOrStdin())
	return r, err
}

func (o *runOptions) methodCall() (*methodCall, error) {
	args, err := jsonFlag("args", o.args, "[")
	return &methodCall{Method: o.call, Args: args}, err
}

// jsonFlag reads the JSON of a flag, which may be in a file. It must begin with first.
func jsonFlag(name, value, first string) (json.RawMessage, error) {
	if value == "" {
		return nil, nil
	}
	text := []byte(value)
	if file, ok := strings.CutPrefix(value, "@"); ok {
		var err error
		if text, err = os.ReadFile(file); err != nil {
			return nil, usageErrorf("cannot read --%s: %w", name, err)
		}
	}
	if !json.Valid(text) || !strings.HasPrefix(strings.TrimSpace(string(text)), first) {
		return nil, usageErrorf("cannot use --%s %s: it must be %s", name, value, map[string]string{"{": "a JSON object", "[": "a JSON array"}[first])
	}
	return text, nil
}

func parseLimits(given []string) (map[string]int64, error) {
	limits := make(map[string]int64)
	for _, one := range given {
		name, value, ok := strings.Cut(one, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		if !ok || err != nil || name == "" {
			return nil, usageErrorf("cannot use --limit %s: write cpuMs=50 or subRequests=5", one)
		}
		limits[name] = n
	}
	return limits, nil
}

func (o *runOptions) httpRequest(in io.Reader) (*httpRequest, error) {
	r := &httpRequest{Method: o.method, URL: o.url}
	if strings.HasPrefix(r.URL, "/") {
		r.URL = "http://localhost" + r.URL
	}
	var err error
	if r.Headers, err = parseHeaders(o.headers); err != nil || !o.dataSet {
		return r, err
	}
	if r.Method == "" {
		r.Method = "POST"
	}
	body, err := readData(o.data, in)
	if err != nil {
		return nil, err
	}
	if utf8.Valid(body) {
		text := string(body)
		r.Body = &text
	} else {
		r.BodyBase64 = body
	}
	return r, nil
}

func parseHeaders(given []string) (map[string][]string, error) {
	headers := make(map[string][]string)
	for _, one := range given {
		name, value, ok := strings.Cut(one, ":")
		if !ok || name == "" {
			return nil, usageErrorf("cannot use --header %q: write 'Name: value'", one)
		}
		headers[name] = append(headers[name], strings.TrimSpace(value))
	}
	return headers, nil
}

func readData(data string, in io.Reader) ([]byte, error) {
	file, ok := strings.CutPrefix(data, "@")
	switch {
	case !ok && data != "-":
		return []byte(data), nil
	case file == "-" || data == "-":
		body, err := io.ReadAll(in)
		if err != nil {
			return nil, fmt.Errorf("cannot read --data from standard input: %w", err)
		}
		return body, nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, usageErrorf("cannot read --data: %w", err)
	}
	return body, nil
}
