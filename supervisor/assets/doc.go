// Package assets reads _redirects and _headers, the files beside an app's
// other files that say where paths lead and what headers answers have, and
// applies them. Both are Cloudflare's formats for static assets:
// https://developers.cloudflare.com/workers/static-assets/redirects/ and
// https://developers.cloudflare.com/workers/static-assets/headers/.
//
//	ParseRedirects, ParseHeaders (a line that can't be used is a Problem, and is left out)
//	Rules.Redirect: the first rule that matches; Rules.Apply: all that match, in order
//
// pattern.go has what both call a path: splats, placeholders and hosts.
package assets
