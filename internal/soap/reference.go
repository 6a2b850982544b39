package soap

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Reference describes the service's operations and types for people, in Markdown under a first heading of its own.
// Like the WSDL it is derived from what is declared.
func (s *Service) Reference() []byte {
	var b bytes.Buffer
	many := fmt.Sprintf("%d operations", len(s.operations))
	if len(s.operations) == 1 {
		many = "One operation"
	}
	fmt.Fprintf(&b, "# %s\n\nNamespace `%s`. %s.\n", s.o.Name, s.o.Namespace, many)
	for _, op := range s.Describe() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", op.Name, op.Doc)
		if !op.NeedsProof {
			b.WriteString("\nAnybody may call it.\n")
		}
		if op.Header != nil {
			fmt.Fprintf(&b, "\nHeader block `%s`:\n\n", op.HeaderName)
			referenceMembers(&b, op.Header.AllMembers())
		}
		b.WriteString("\nRequest:\n\n")
		referenceMembers(&b, op.Input)
		b.WriteString("\nAnswer:\n\n")
		referenceMembers(&b, op.Output)
	}
	b.WriteString("\n# Types\n")
	for _, t := range s.Types() {
		referenceType(&b, t)
	}
	return b.Bytes()
}

// referenceType describes one named type.
func referenceType(b *bytes.Buffer, t *Type) {
	fmt.Fprintf(b, "\n## %s\n\n", t.Name)
	if t.Base != nil {
		fmt.Fprintf(b, "Extends %s: its members come first.\n\n", referenceLink(t.Base))
	}
	switch {
	case t.Kind == KindEnum:
		fmt.Fprintf(b, "One of: `%s`.\n", strings.Join(t.Words, "`, `"))
	case t.Kind == KindChoiceList:
		b.WriteString("Any number of these, in any order:\n\n")
		referenceMembers(b, t.Members)
	case len(t.Members) == 0:
		b.WriteString("No members of its own.\n")
	default:
		referenceMembers(b, t.Members)
	}
}

// referenceMembers lists elements in their order.
func referenceMembers(b *bytes.Buffer, members []*Member) {
	if len(members) == 0 {
		b.WriteString("Nothing.\n")
		return
	}
	b.WriteString("| Element | Type | Occurs | Null |\n| --- | --- | --- | --- |\n")
	for _, m := range members {
		if m.Choice != nil {
			names := make([]string, len(m.Choice))
			for i, alternative := range m.Choice {
				names[i] = fmt.Sprintf("`%s` (%s)", alternative.Name, referenceLink(alternative.Type))
			}
			fmt.Fprintf(b, "| one of %s | | 1 | |\n", strings.Join(names, ", "))
			continue
		}
		most := "1"
		if m.Unbounded {
			most = "n"
		}
		null := ""
		if m.Nillable {
			null = "`xsi:nil`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", m.Name, referenceLink(m.Type), strconv.Itoa(m.Min)+".."+most, null)
	}
}

// referenceLink names a type, with a link to its section when it has one.
func referenceLink(t *Type) string {
	if t.BuiltIn() || t.Name == "" {
		return t.Name
	}
	return fmt.Sprintf("[%s](#%s)", t.Name, strings.ToLower(t.Name))
}
