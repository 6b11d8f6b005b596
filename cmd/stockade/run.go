package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"
)

const runHelp = `Run a Worker once, in a jail that has never run anything and never will again, and print its answer.

FILE is a module, '-' for JavaScript on standard input, DIR a directory with several: .js .mjs .cjs .ts .tsx .jsx .json .txt
.html .py .wasm .bin. The main module of a directory is its index, src/index, worker, src/worker, main or src/main, unless
--main names another.

The daemon does it if it is up; else stockade starts a supervisor of its own for this one run.

The response's body goes to standard output; logs, exceptions and --timing go to standard error.

` + exitCodesHelp

const runExamples = `  stockade run worker.js
  stockade run app/ --url /users?page=2 --header 'Accept: text/html' -i
  stockade run worker.ts --data @order.json --env STAGE=test --env 'LIMITS:={"max":3}'
  stockade run worker.js --entrypoint Admin --props '{"user":"ada"}'
  stockade run worker.js --call add --args '[2,3]' --limit cpuMs=50
  echo 'export default { fetch() { return new Response("hi") } }' | stockade run -`

// runOptions are the flags of run.
type runOptions struct {
	codeOptions
	url, method      string
	headers          []string
	data             string
	entrypoint       string
	props            string
	limits           []string
	call, args       string
	profile          string
	socket           *string
	json             *bool
	embedded         bool
	timing, head     bool
	fail             bool
	dataSet, argsSet bool
	sources          func(file string) string // what is run
}

func runCommand() *cobra.Command {
	o := new(runOptions)
	cmd := &cobra.Command{Use: "run FILE|DIR|-", Short: "Run a Worker once, in a fresh jail", Long: runHelp, Example: runExamples,
		Args: exactly(1, "one file or directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dataSet, o.argsSet = cmd.Flags().Changed("data"), cmd.Flags().Changed("args")
			return o.run(cmd, args[0])
		}}
	o.codeOptions.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.url, "url", "", "the request's `URL`, or only its path (default http://localhost/)")
	f.StringVarP(&o.method, "method", "X", "", "the request's `method` (default GET, with --data POST)")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "a `'Name: value'` of the request; may be repeated")
	f.StringVarP(&o.data, "data", "d", "", "the request's `body`: text, @FILE, or @- for standard input")
	f.StringVarP(&o.entrypoint, "entrypoint", "e", "", "the `name` of the entrypoint (default: the default export)")
	f.StringVar(&o.props, "props", "", "ctx.props: a `JSON` object, or @FILE")
	f.StringArrayVar(&o.limits, "limit", nil, "`NAME=N`: cpuMs or subRequests; may be repeated")
	f.StringVar(&o.call, "call", "", "call this `method` of the entrypoint instead of sending a request")
	f.StringVar(&o.args, "args", "", "the arguments of --call: a `JSON` array, or @FILE")
	f.StringVar(&o.profile, "profile", "", "the `name` of the policy's profile to run in (default: the role's)")
	f.BoolVarP(&o.head, "include", "i", false, "print the response's status and headers, too")
	f.BoolVarP(&o.fail, "fail", "f", false, "exit with 1 when the response's status is 400 or more")
	f.BoolVar(&o.timing, "timing", false, "print where the time went")
	f.BoolVar(&o.embedded, "embedded", false, "don't look for a daemon")
	o.socket, o.json = addSocketFlag(cmd), addJSONFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("embedded", "socket")
	for _, other := range []string{"url", "method", "header", "data", "include"} {
		cmd.MarkFlagsMutuallyExclusive("call", other)
	}
	return cmd
}

// run reads what is to be run, has it run, and prints what came of it.
func (o *runOptions) run(cmd *cobra.Command, file string) error {
	request, err := o.request(cmd, file)
	if err != nil {
		return err
	}
	o.sources = request.Code.source
	c, setUp, end, err := o.connect(cmd.Context())
	if err != nil {
		return err
	}
	answer, err := c.call(cmd.Context(), "POST", "/v1/run", request)
	if err == nil {
		err = o.show(cmd, answer, setUp)
	} else {
		if api := (*apiError)(nil); errors.As(err, &api) {
			api.Details.Source = codeFrame(api.Details.Stack, o.sources)
		}
		err = fmt.Errorf("cannot run %s: %w", file, err)
	}
	if setUp > 0 {
		noteWeakLayers(cmd, c)
	}
	return errors.Join(err, end())
}

// connect returns a client of the daemon, or of a supervisor in this process: then it took a time to set up, and is to be
// ended.
func (o *runOptions) connect(ctx context.Context) (c *client, setUp time.Duration, end func() error, err error) {
	path, named := socketPath(*o.socket)
	if !o.embedded && (named || answers(path)) {
		return newClient(path), 0, func() error { return nil }, nil
	}
	began := time.Now()
	c, end, err = startEmbedded(ctx, embeddedSize{pool: 1, most: 1, engine: o.engine})
	return c, time.Since(began), end, err
}

// answers reports whether there is a daemon. One that may not be spoken to counts: it will say so itself.
func answers(path string) bool {
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
	}
	return !isAbsent(err)
}

// show prints the answer. The error is the Worker's: it decides the exit code.
func (o *runOptions) show(cmd *cobra.Command, answer json.RawMessage, setUp time.Duration) error {
	result := new(runResult)
	if err := json.Unmarshal(answer, result); err != nil {
		return fmt.Errorf("cannot understand the daemon: %w", err)
	}
	var err error
	if *o.json {
		err = printJSON(cmd.OutOrStdout(), answer)
	} else {
		err = result.print(cmd, o.head, o.sources)
	}
	if o.timing && err == nil {
		result.printTiming(newTerminal(cmd.ErrOrStderr()), setUp)
	}
	if err == nil {
		err = result.exit(o.fail)
	}
	return err
}
