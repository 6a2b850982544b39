package soap

import "fmt"

// Limits bound what one message may cost. Time limits belong to the HTTP server around the service.
type Limits struct {
	Body       int64 // bytes of a request body; more is answered 413. At most MaxBody
	Depth      int   // elements open at once
	Elements   int   // elements of a message, those read again through references included
	Attributes int   // attributes of an element, namespace declarations included
	Name       int   // bytes of a name, its prefix included
	Text       int   // bytes of a text or of an attribute's value; a base64Binary has the limit of the body
}

// MaxBody is the ceiling that Limits.Body may not pass: 16 MiB. A body stands in memory whole while it is read.
const MaxBody = 16 << 20

// DefaultLimits returns the limits of rule X-1: 4 MiB, which is the original's own limit, depth 64, 10,000 elements, 64 attributes, names of 256 bytes,
// texts of 256 KiB.
func DefaultLimits() Limits {
	return Limits{Body: 4 << 20, Depth: 64, Elements: 10_000, Attributes: 64, Name: 256, Text: 256 << 10}
}

// withDefaults replaces what is zero by its default.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.Body == 0 {
		l.Body = d.Body
	}
	if l.Depth == 0 {
		l.Depth = d.Depth
	}
	if l.Elements == 0 {
		l.Elements = d.Elements
	}
	if l.Attributes == 0 {
		l.Attributes = d.Attributes
	}
	if l.Name == 0 {
		l.Name = d.Name
	}
	if l.Text == 0 {
		l.Text = d.Text
	}
	return l
}

// check refuses limits that cannot be meant.
func (l Limits) check() error {
	if l.Body < 0 || l.Depth < 0 || l.Elements < 0 || l.Attributes < 0 || l.Name < 0 || l.Text < 0 {
		return fmt.Errorf("%w: a limit is negative", errDeclaration)
	}
	if l.Body > MaxBody {
		return fmt.Errorf("%w: the body limit %d is above %d bytes", errDeclaration, l.Body, int64(MaxBody))
	}
	return nil
}
