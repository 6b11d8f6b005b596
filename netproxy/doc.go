// Package netproxy is the only way from a Worker to the network. It imports nothing of ours: what it may do is handed to it
// as rules, and it can be read by itself.
//
// One request on its way out:
//
//  1. client.go has the tenant's [Client]: its connections are its own. It checks that the request is one (request.go).
//  2. decide.go is asked by name: [Rules.Decide], a pure function. What no address could make right ends here, before
//     anybody is asked for an address, so that a name is no way to say something to the outside.
//  3. resolve.go finds the addresses, bounded and cached.
//  4. decide.go is asked again for each address; special.go knows those that nobody reaches without a rule that names them.
//  5. dial.go connects to an address that was allowed. Nobody looks the name up a second time.
//  6. client.go adds what the policy injects (inject.go), sends the request and hands back the response, both as streams,
//     within the caps (caps.go). Redirects are not followed: whoever follows one makes a new request, which is decided anew.
//  7. audit.go has what is written down, whatever the outcome.
//
// A name that node:dns asks for is answered by the resolver of step 3, within the rules (names.go).
//
// Raw connections (connect.go) and WebSockets (websocket.go) take the same steps; tap.go has the jails that bring sockets
// of their own.
package netproxy
