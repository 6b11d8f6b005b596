// Package bundle makes one Worker of a project: its main module with all that it imports, npm packages included, as one ES
// module with a source map, and beside it the files that are modules of other kinds.
//
//	Build    options → esbuild → modules, or errors with their place (bundle.go)
//	rules    which file is which kind of module (rules.go)
//	plugin   what esbuild must not bundle: cloudflare:* and node:*, and the modules beside (plugin.go)
//	Serve    the same as a program: options on standard input, the result on standard output (serve.go)
//
// It runs on the developer's side, with the developer's files: `stockade dev` and `stockade deploy` start stockade-worker for
// it, since stockade itself links nothing that parses a Worker's code. Nothing of the project is executed.
package bundle
