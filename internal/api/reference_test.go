package api

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/wiretest"
)

// TestTheReferenceIsCurrent holds docs/reference/api.md against what is declared; -update writes it.
func TestTheReferenceIsCurrent(t *testing.T) {
	m := New(Deps{}).manual()
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- Generated from internal/api by `make generate`. -->\n\n# %s\n\n%s\n\n"+
		"A running server shows this at `%s`, and the OpenAPI document at `%sopenapi.json`.\n\n## Who may call\n\n%s\n",
		m.Title, m.Doc, Path, Path, m.Login)
	for _, group := range m.Groups {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", group.Name, group.Doc)
		for _, o := range group.Operations {
			writeOperation(&b, o)
		}
	}
	b.WriteString("\n## Problems\n\nWhat the member `code` of a refusal can be.\n\n| Code | Status | Meaning |\n| --- | --- | --- |\n")
	for _, p := range m.Problems {
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", p.Code, p.Status, p.Title)
	}
	wiretest.Golden(t, "../../docs/reference/api.md", b.Bytes())
}

func writeOperation(b *bytes.Buffer, o manualOperation) {
	fmt.Fprintf(b, "\n### %s\n\n`%s %s`\n", o.Summary, o.Method, o.Path)
	if o.Doc != "" {
		fmt.Fprintf(b, "\n%s\n", o.Doc)
	}
	writeMembers(b, "In the address", o.Parameters)
	writeMembers(b, "Request", o.Request)
	fmt.Fprintf(b, "\n```sh\n%s\n```\n\n**Answer: %s.** %s\n", o.Curl, o.Status, o.Success)
	writeMembers(b, "", o.Answer)
	if o.Sample != "" {
		fmt.Fprintf(b, "\n```json\n%s\n```\n", o.Sample)
	}
	b.WriteString("\n**Refusals:**")
	for i, r := range o.Refusals {
		separator := ";"
		if i == 0 {
			separator = ""
		}
		fmt.Fprintf(b, "%s %s `%s`", separator, r.Status, strings.Join(r.Codes, "` `"))
	}
	b.WriteString(".\n")
}

func writeMembers(b *bytes.Buffer, title string, members []manualMember) {
	if len(members) == 0 {
		return
	}
	if title != "" {
		fmt.Fprintf(b, "\n**%s**\n", title)
	}
	b.WriteString("\n| Member | Type | Meaning | Example |\n| --- | --- | --- | --- |\n")
	for _, m := range members {
		kind, example := m.Type, ""
		if !m.Needed {
			kind += ", may be absent"
		}
		if m.Example != "" {
			example = "`" + m.Example + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", m.Name, kind, m.Doc, example)
	}
}
