package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type exampleRow struct {
	ID     int64      `json:"id" column:"ID"`
	Name   string     `json:"name" column:"NAME"`
	Hidden string     `json:"hidden"`
	Ends   *time.Time `json:"ends,omitempty" column:"ENDS"`
}

func TestAListIsAnAlignedTableWithItsHeader(t *testing.T) {
	ends := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	var out strings.Builder
	err := show(&out, listing{}, []exampleRow{{7, "Ada & Co", "x", nil}, {1001, "", "y", &ends}})
	if err != nil {
		t.Fatal(err)
	}
	want := "ID    NAME      ENDS\n7     Ada & Co  -\n1001  -         2026-01-31T08:00:00Z\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAListIsOneJSONArray(t *testing.T) {
	t.Run("without escapes that only HTML needs", func(t *testing.T) {
		var out strings.Builder
		if err := show(&out, listing{JSON: true}, []exampleRow{{7, "Ada & Co", "x", nil}}); err != nil {
			t.Fatal(err)
		}
		want := "[\n  {\n    \"id\": 7,\n    \"name\": \"Ada & Co\",\n    \"hidden\": \"x\"\n  }\n]\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("also when nothing is in it", func(t *testing.T) {
		var out strings.Builder
		if err := show[exampleRow](&out, listing{JSON: true}, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("[]\n", out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestANameCannotMoveTheCursorOrBreakTheTable(t *testing.T) {
	var out strings.Builder
	if err := show(&out, listing{}, []exampleRow{{1, "a\x1b[2Jb\tc\nd\u009b", "", nil}}); err != nil {
		t.Fatal(err)
	}
	want := "ID  NAME         ENDS\n1   a\ufffd[2Jb\ufffdc\ufffdd\ufffd  -\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
