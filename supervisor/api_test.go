package supervisor

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheDocumentDescribesTheRoutes holds openapi.json to the route table, in
// both directions.
func TestTheDocumentDescribesTheRoutes(t *testing.T) {
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi %q", doc.OpenAPI)
	}
	var described, served []string
	for path, operations := range doc.Paths {
		for method := range operations {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	for _, r := range routes {
		methods := []string{r.method}
		if r.method == "" {
			methods = []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"}
		}
		for _, m := range methods {
			served = append(served, m+" "+strings.ReplaceAll(r.path, "...}", "}"))
		}
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described and not the same as served:\n%s\n\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
}

// TestTheDocumentsReferencesLead checks that every $ref has its target, and
// every path parameter its description.
func TestTheDocumentsReferencesLead(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllSubmatch(openAPI, -1) {
		if doc.Components.Schemas[string(m[1])] == nil {
			t.Errorf("no schema %q", m[1])
		}
	}
}

func TestARouteWithoutAnActionIsOpenByIntention(t *testing.T) {
	for _, r := range routes {
		if (r.action == "") != r.open {
			t.Errorf("%s %s: action %q, open %v", r.method, r.path, r.action, r.open)
		}
	}
}
