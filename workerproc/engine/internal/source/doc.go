// Package source is what the engines share of a module's source: names and
// specifiers (names.go), its import and export statements (scan.go), loops
// that are given an update for QuickJS (loops.go), and the
// errors of one that doesn't parse (syntax.go).
package source
