package integration

import (
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// textsNameWhatIsThere holds the documents, and the comments of Go code, to the tree: a file, a test, a link or a heading that
// they name is there. One that was renamed is found so.
func textsNameWhatIsThere(t *testing.T, _ []goPackage) {
	tree := readTree(t)
	for _, file := range tree.files {
		isDocument := strings.HasSuffix(file, ".md")
		if isForeign.MatchString(file) || !isDocument && !strings.HasSuffix(file, ".go") {
			continue
		}
		text := tree.text(t, file)
		if isDocument {
			tree.checkLinks(t, file, text)
		} else {
			text = strings.Join(lineComment.FindAllString(text, -1), "\n")
		}
		tree.checkNames(t, file, text)
	}
}

var (
	isForeign   = regexp.MustCompile(`(^|/)(vendor|testdata|dist)/`)
	lineComment = regexp.MustCompile(`(?m)^\s*//.*$|\s// .*$`)
	fileName    = regexp.MustCompile("(^|[\\s`(\",])((?:[\\w-]+/)*[\\w-]+\\.(?:go|js|s|txtar|md))\\b")
	testName    = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w*`)
	testFunc    = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)`)
	link        = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]*)?\)`)
	heading     = regexp.MustCompile(`(?m)^#+ (.*)$`)
	noAnchor    = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// ofUsers are names of files in examples that the texts give, and what only looks like one.
var ofUsers = []string{"Node.js", "a.js", "worker.js", "index.js", "NAME.js", "programs/NAME.js"}

// tree is what git keeps.
type tree struct {
	files []string
	bases map[string]bool // their names without folders
	tests string          // the names of all tests, a line each
}

func readTree(t *testing.T) *tree {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := &tree{files: strings.Fields(string(out)), bases: map[string]bool{}}
	for _, file := range all.files {
		all.bases[path.Base(file)] = true
		if strings.HasSuffix(file, "_test.go") {
			for _, m := range testFunc.FindAllStringSubmatch(all.text(t, file), -1) {
				all.tests += m[1] + "\n"
			}
		}
	}
	return all
}

func (*tree) text(t *testing.T, file string) string {
	b, err := os.ReadFile("../" + file)
	if err != nil && !os.IsNotExist(err) { // it may just have been deleted
		t.Fatal(err)
	}
	return string(b)
}

func (all *tree) has(file string) bool {
	if !strings.Contains(file, "/") {
		return all.bases[file]
	}
	return slices.ContainsFunc(all.files, func(f string) bool { return f == file || strings.HasSuffix(f, "/"+file) })
}

// checkNames looks at files and tests. The name of a test may be the beginning of several.
func (all *tree) checkNames(t *testing.T, file, text string) {
	for _, m := range fileName.FindAllStringSubmatch(text, -1) {
		if name := m[2]; !slices.Contains(ofUsers, name) && !all.has(name) {
			t.Errorf("%s names %s, which is not there", file, name)
		}
	}
	for _, name := range testName.FindAllString(text, -1) {
		if !strings.HasPrefix(all.tests, name) && !strings.Contains(all.tests, "\n"+name) {
			t.Errorf("%s names %s: there is no such test", file, name)
		}
	}
}

func (all *tree) checkLinks(t *testing.T, file, text string) {
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		target, anchor := m[1], m[2]
		if strings.Contains(target, "://") {
			continue
		}
		to := file
		if target != "" {
			to = path.Join(path.Dir(file), target)
		}
		if _, err := os.Stat("../" + to); err != nil {
			t.Errorf("%s links to %s, which is not there", file, to)
		} else if anchor != "" && !slices.Contains(anchorsOf(all.text(t, to)), anchor) {
			t.Errorf("%s links to %s%s: no heading has that name", file, to, anchor)
		}
	}
}

func anchorsOf(text string) (anchors []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, "#"+strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return anchors
}
