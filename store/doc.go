// Package store keeps what must outlive the daemon: one bbolt file.
//
//	bucket      key                       value
//	meta        "format"                  the version of this layout, decimal
//	workers     owner "/" id              a Worker's record, JSON (workers.go)
//	apps        owner "/" name            an app's record with its versions, JSON (apps.go)
//	manifests   sha256 of the JSON        how many versions have it, big-endian u64, and an app's files by path, JSON
//	code        sha256 of the blob        code in canonical form, configurations, files: opaque here (code.go)
//	coderefs    sha256 of the blob        how many records, versions and manifests have it, big-endian u64
//	compiled    sha256 of the key         compiled output with its check sum and age (compiled.go)
//	stored      owner, or "*"             bytes of that owner's Workers and apps, or of all, big-endian u64 (quota.go)
//	usage       day, then who in JSON     what was used on that day, JSON (usage.go)
//	seen        day, then sha256          empty: that dynamic Worker was counted on that day
//
// A write that returned is on the disk: it survives kill -9 and the loss of
// power. Writers from many goroutines share a commit (bbolt's Batch). The
// compiled output is a cache: it is written behind the requests' backs, may
// be dropped, and is bounded.
//
// check.go says what must hold between the buckets.
package store
