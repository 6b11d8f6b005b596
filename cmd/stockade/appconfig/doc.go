// Package appconfig reads the configuration of a Workers project: wrangler.jsonc, wrangler.json or wrangler.toml, and the
// .dev.vars beside it.
//
//	Find     which file it is (config.go)
//	parse    the file as a tree in which everything knows its place (tree.go, jsonc.go, toml.go)
//	read     the keys that have a meaning here; every other is a mistake, with its line (keys.go, read.go), as a date
//	         or flag is that does not exist (compat.go)
//	DevVars  what .dev.vars adds on the developer's machine (devvars.go)
//
// It holds values and opens nothing: whether main is there, say, is its caller's to find out.
package appconfig
