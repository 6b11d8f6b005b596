// Package intl is what ECMA-402 needs to know of languages, regions,
// currencies, calendars and time zones, and formats with it: the ops under
// runtime/parts/intl*.js, which does the options, the errors and the classes.
//
// The data is CLDR's, of the version that workerd's and Node.js's ICU has, and
// is made by cldr/generate.mjs; it is embedded, deflated by locale and
// section, and nothing of it is read before it is asked for (data.go). The
// algorithms are those of UTS #35 as ICU does them, where the two differ ICU's.
//
//	data.go      the embedded data: a locale, its sections, what it inherits
//	tag.go       locale identifiers; canonical.go their canonical form, likely subtags
//	locale.go    which locale and which values of keywords an object gets
//	decimal.go   decimal numbers and rounding
//	number.go    numbers; numberpattern.go their patterns; numberunits.go compact forms, units, ranges
//	plural.go    plural categories
//	dateformat.go dates; skeleton.go finds a pattern for the fields that are wanted; interval.go ranges
//	calendar.go  calendars; zone.go time zones and their names
//	text.go      lists, relative times, letter case; names.go names of languages, regions, …
//	collate.go   the order of texts; segment.go graphemes, words, sentences
//	values.go    what Intl.supportedValuesOf lists; ops.go the table of all
package intl
