package appconfig

import (
	"maps"
	"slices"
	"strings"
)

// keys are those that have a meaning here.
var keys map[string]func(r *reader, key string, n *node)

func init() { // the readers refer to the table
	keys = map[string]func(r *reader, key string, n *node){
		"$schema":             func(*reader, string, *node) {}, // for editors
		"name":                (*reader).name,
		"main":                func(r *reader, key string, n *node) { r.c.Main = r.text(key, n) },
		"compatibility_date":  (*reader).date,
		"compatibility_flags": func(r *reader, key string, n *node) { r.c.CompatibilityFlags = r.texts(key, n) },
		"vars":                (*reader).vars,
		"worker_loaders":      func(r *reader, key string, n *node) { r.each(key, n, r.loader) },
		"services":            func(r *reader, key string, n *node) { r.each(key, n, r.service) },
		"assets":              (*reader).assets,
		"rules":               func(r *reader, key string, n *node) { r.each(key, n, r.rule) },
		"observability":       (*reader).observability,
		"limits":              (*reader).limits,
	}
}

// later are keys of Cloudflare's that this version has nothing for yet.
var later = words(`durable_objects migrations kv_namespaces r2_buckets d1_databases workflows triggers queues env
	tail_consumers containers version_metadata unsafe wasm_modules text_blobs data_blobs define alias base_dir
	find_additional_modules no_bundle preserve_file_names build minify jsx_factory jsx_fragment tsconfig
	ai browser hyperdrive vectorize images media send_email analytics_engine_datasets dispatch_namespaces ratelimits
	mtls_certificates secrets_store_secrets pipelines vpc_services logfwdr cloudchamber streaming_tail_consumers
	site legacy_env node_compat keep_names python_modules secrets unsafe_hello_world`)

// foreign are keys that are about Cloudflare's network or account.
var foreign = words(`account_id workers_dev preview_urls route routes zone_id usage_model placement logpush send_metrics
	upload_source_maps keep_vars first_party_worker compliance_region dev pages_build_output_dir`)

func words(text string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// root reads the file.
func (r *reader) root(n *node) {
	if n.kind != object {
		r.p.add(n.at, "", "cannot use %s: the configuration is an object", n.kind)
		return
	}
	for _, f := range n.fields {
		read := keys[f.name]
		switch {
		case read != nil:
			read(r, f.name, f.value)
		case later[f.name]:
			r.p.add(f.at, f.name, "cannot use this key: it is not supported yet")
		case foreign[f.name]:
			r.p.add(f.at, f.name, "cannot use this key: it is about Cloudflare's network; remove it")
		default:
			r.unknown(f.at, f.name, f.name, slices.Sorted(maps.Keys(keys)))
		}
	}
	r.whole(n)
}

// unknown reports a name that isn't among those there are.
func (r *reader) unknown(at position, key, name string, among []string) {
	if near := nearest(name, among); near != "" {
		r.p.add(at, key, "cannot use this key: it is unknown; did you mean %q?", near)
		return
	}
	r.p.add(at, key, "cannot use this key: it is unknown; there are %s", strings.Join(among, ", "))
}

// nearest is the name that differs in case, signs or two letters only.
func nearest(name string, among []string) string {
	plain := func(s string) string { return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(s)) }
	for _, other := range among {
		if a, b := plain(name), plain(other); a == b || len(a) > 4 && distance(a, b) <= 2 || len(a) > 3 && strings.HasPrefix(b, a) {
			return other
		}
	}
	return ""
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
