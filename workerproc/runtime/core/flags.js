// Compatibility flags that change what this runtime does. The supervisor has refused unknown ones; here is asked only
// whether one of these is on. supervisor/compat/effects.go has the list for people.
import { primordials as p } from "./primordials.js";

// on by itself from this date on; the name that switches it off.
// Those that are last change nothing here: they are what this runtime always does.
const known = {
  __proto__: null,
  upper_case_all_http_methods: ["2024-10-14", "no_upper_case_all_http_methods"],
  formdata_parser_supports_files: ["2021-11-03", "formdata_parser_converts_files_to_strings"],
  urlsearchparams_delete_has_value_arg: ["2023-07-01", "no_urlsearchparams_delete_has_value_arg"],
  global_navigator: ["2022-03-21", "no_global_navigator"],
  expose_global_message_channel: ["2025-08-15", "no_expose_global_message_channel"],
  streams_enable_constructors: ["2022-11-30", "streams_disable_constructors"],
  transformstream_enable_standard_constructor: ["2022-11-30", "transformstream_disable_standard_constructor"],
  blob_standard_mime_type: ["2024-06-03", "blob_legacy_mime_type"],
  http_headers_getsetcookie: ["2023-03-01", "no_http_headers_getsetcookie"],
  cache_option_enabled: ["2024-11-11", "cache_option_disabled"],
  fetch_iterable_type_support: ["2026-02-19", "no_fetch_iterable_type_support"],
  strip_bom_in_read_all_text: ["2026-01-13", "do_not_strip_bom_in_read_all_text"],
  cache_reload_enabled: [undefined, "cache_reload_disabled"],
  allow_eval_during_startup: ["2025-06-01", "disallow_eval_during_startup"],
  enable_weak_ref: ["2025-05-05", "disable_weak_ref"],
  disallow_importable_env: [undefined, "allow_importable_env"],
  require_returns_default_export: ["2026-01-22", "require_returns_namespace"],
  throw_on_not_implemented_tls_options: ["2026-06-16", "no_throw_on_not_implemented_tls_options"],
  nodejs_compat: ["2026-08-04", "no_nodejs_compat"],
  url_standard: ["2022-10-31", "url_original"],
  fetch_standard_url: ["2024-06-03", "fetch_legacy_url"],
  capture_async_api_throws: ["2022-10-31", "do_not_capture_async_api_throws"],
  web_socket_auto_reply_to_close: ["2026-04-07", "web_socket_manual_reply_to_close"],
  websocket_standard_binary_type: ["2026-03-17", "no_websocket_standard_binary_type"],
  strict_compression_checks: ["2023-08-01", "no_strict_compression_checks"],
};

let date = "9999";
let given = [];

export function setGiven(newDate, flags) {
  date = newDate;
  given = flags;
}

// flag tells whether one is on.
export function flag(name) {
  const [from, off] = known[name];
  let on = from !== undefined && date >= from;
  for (let i = 0; i < given.length; i++) {
    if (given[i] === name) return true;
    if (given[i] === off) on = false;
  }
  return on;
}

// compatibilityFlags is Cloudflare.compatibilityFlags.
export function compatibilityFlags() {
  const all = {};
  for (const name of p.ownKeys(known)) if (known[name]) p.defineProperty(all, name, { value: flag(name), enumerable: true });
  for (let i = 0; i < given.length; i++) if (!p.hasOwn(all, given[i])) p.defineProperty(all, given[i], { value: true, enumerable: true });
  return p.freeze(all);
}
