package intelliview

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
)

func TestEveryProblemHasItsMessageOnEveryOperation(t *testing.T) {
	for _, op := range (&dialect{}).operations() {
		for _, code := range problem.All() {
			m, known := messages[messageFor(op.Name(), code)]
			if !known || !m.returned {
				t.Errorf("%s has no message for problem %s", op.Name(), code)
			}
		}
	}
	known := map[string]bool{}
	for _, op := range (&dialect{}).operations() {
		known[op.Name()] = true
	}
	for name := range exceptions {
		if !known[name] {
			t.Errorf("there are exceptions for %s, which is no operation", name)
		}
	}
	for name := range sessionSpelling {
		if !known[name] {
			t.Errorf("%s has a spelling of its own and is no operation", name)
		}
	}
}

func TestTheEightMessagesOfSeed003AreThere(t *testing.T) {
	count := 0
	for id, m := range messages {
		if m.text == "" || !strings.HasPrefix(string(id), "SYN_") {
			t.Errorf("%s: %q", id, m.text)
		}
		if m.source == fromSeed {
			count++
		}
		if own := strings.HasPrefix(string(id), "SYN_LKY_"); own != (m.source == ours) {
			t.Errorf("%s is from: %s", id, m.source)
		}
	}
	if count != 8 {
		t.Errorf("%d messages are from the seed", count)
	}
}

// No message goes out that no wire test shows.
func TestEveryMessageThatIsReturnedHasAWireTest(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no wire tests (%v)", err)
	}
	shown := map[messageID]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`Message ID='(\w+)'`).FindAllStringSubmatch(string(text), -1) {
			shown[messageID(m[1])] = true
		}
	}
	returned := map[messageID]bool{}
	for id, m := range messages {
		if m.returned {
			returned[id] = true
		}
	}
	if diff := cmp.Diff(returned, shown); diff != "" {
		t.Errorf("messages marked as returned (-) and shown in wire tests (+):\n%s", diff)
	}
}
