package compat

// Effects says of each flag that changes what a Worker sees here what that
// is. Flags of the table that are not in it change nothing here: what they
// bring or take away, this runtime has always or never. The dates are in the
// table; what is asked in the jail is workerproc/runtime/core/flags.js.
var Effects = map[string]string{
	"blob_standard_mime_type":                     "the type of a body's blob() is the Content-Type in its standard form; before, as it came",
	"cache_option_enabled":                        "Request takes cache: \"no-store\", \"no-cache\" or \"reload\"; before, any is an error",
	"disallow_importable_env":                     "env of cloudflare:workers is empty",
	"enable_weak_ref":                             "WeakRef and FinalizationRegistry are there",
	"experimental":                                "the Worker may allow experimental flags to those it loads",
	"expose_global_message_channel":               "MessageChannel and MessagePort are there",
	"formdata_parser_supports_files":              "parts with a file name become Files; before, strings",
	"global_navigator":                            "navigator is there",
	"http_headers_getsetcookie":                   "Headers has getSetCookie() and iterates over each cookie; before, they are joined",
	"nodejs_compat":                               "modules of Node.js, with node: before their names",
	"nodejs_compat_v2":                            "without node:, too, and the globals Buffer, process and global",
	"streams_enable_constructors":                 "new ReadableStream() and new WritableStream(); before, errors",
	"transformstream_enable_standard_constructor": "new TransformStream() takes a transformer; before, it passes bytes on",
	"upper_case_all_http_methods":                 "every method is put in upper case; before, the common ones",
	"web_socket_auto_reply_to_close":              "a WebSocket answers a close by itself; before, and after accept({ allowHalfOpen: true }), the Worker does",
	"websocket_standard_binary_type":              "binaryType is \"blob\" unless the Worker changes it; before, \"arraybuffer\"",
	"urlsearchparams_delete_has_value_arg":        "has() and delete() of URLSearchParams take a value",
}
