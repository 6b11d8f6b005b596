package jailer

import "fmt"

// State says what became of a layer on this host.
type State string

// The states of a layer.
const (
	Enforced    State = "enforced"    // the kernel enforces it
	Degraded    State = "degraded"    // a weaker form of it; Detail says which
	Disabled    State = "off"         // switched off in the policy
	Unavailable State = "unavailable" // the host lacks it; Detail says why, and what to do
)

// Layer is one line of `stockade check`: one facility of the kernel, and whether it holds.
type Layer struct {
	Name   string `json:"name"` // the policy's key where it has one: "user_namespace"
	State  State  `json:"state"`
	Detail string `json:"detail,omitempty"` // what holds, or why not and what to do
}

func (l Layer) String() string { return fmt.Sprintf("%-20s %-11s %s", l.Name, l.State, l.Detail) }
