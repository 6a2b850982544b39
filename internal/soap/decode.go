package soap

import (
	"bytes"
	"reflect"
)

// readError is why a well-formed message cannot be read into the operation's structs.
type readError struct {
	line, column int
	element      string
	text         string
}

// Error returns the place, the element and the reason, joined as a fault joins inner messages.
func (e *readError) Error() string {
	return "There is an error in XML document (" + itoa(e.line) + ", " + itoa(e.column) + ")." + arrow +
		"Element '" + e.element + "' could not be read." + arrow + e.text
}

// decoder moves the elements of one message into Go values, by the Types' plans. It is tolerant as the original is: any
// order, unknown elements and attributes passed over, elements of other namespaces passed over (A-5, K-5).
type decoder struct {
	reader
	namespaces []string // where the operation's elements may be
	reread     int      // bytes read again through references
}

// unreadable returns a read error about the member where the reader stands.
func (d *decoder) unreadable(m *Member, text string) error {
	at, _ := d.fail(d.pos, "").(*syntaxError)
	return &readError{line: at.line, column: at.column, element: m.Name, text: text}
}

// ours reports whether the namespace is one of the operation's.
func (d *decoder) ours(space []byte) bool {
	for _, namespace := range d.namespaces {
		if string(space) == namespace {
			return true
		}
	}
	return false
}

// structure reads the children of the element that began last into a struct, up to its end.
func (d *decoder) structure(t *Type, v reflect.Value) error {
	var seen uint64
	for expected := 0; ; {
		found, err := d.next()
		if err != nil {
			return err
		}
		if found == tokenEnd {
			return nil
		}
		if found == tokenText {
			continue
		}
		i := -1
		if d.ours(d.name.space) {
			i = t.find(d.name.local, expected)
		}
		if i < 0 {
			if err := d.skip(); err != nil {
				return err
			}
			continue
		}
		m := t.steps[i].member
		if expected = i + 1; m.shape == shapeFlat {
			expected = i
		}
		if m.once > 0 {
			bit := uint64(1) << (m.once - 1)
			if seen&bit != 0 {
				return d.fail(d.pos, "The element '"+m.Name+"' stands here twice.")
			}
			seen |= bit
		}
		if err := d.member(m, within(v, t.steps[i].index)); err != nil {
			return err
		}
	}
}

// member reads the element that began last into the field of its member.
func (d *decoder) member(m *Member, v reflect.Value) error {
	if len(d.attrs) > 0 {
		if done, err := d.attributes(m, v); done || err != nil {
			return err
		}
	}
	switch m.shape {
	case shapeValue:
		return d.value(m, v)
	case shapePointer:
		p := reflect.New(m.Type.goType)
		v.Set(p)
		return d.value(m, p.Elem())
	case shapeFlat:
		return d.value(m, grow(v, m.item))
	default:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // an empty list is not a null one
		return d.items(m, v)
	}
}

// attributes minds the two attributes that mean something: xsi:nil, and a reference to an element that came before.
// done says that nothing is left to read.
func (d *decoder) attributes(m *Member, v reflect.Value) (done bool, err error) {
	if isTrue(d.attributeNamed(spaceXSI, "nil")) {
		if m.shape == shapeFlat {
			grow(v, m.item)
		} else {
			v.SetZero()
		}
		return true, d.skip()
	}
	id := d.attributeNamed(spaceEncoding, "ref")
	if href := d.attributeNamed("", "href"); id == nil && bytes.HasPrefix(href, []byte{'#'}) { // SOAP 1.1 §5.4.1
		id = href
	}
	if id == nil || !d.closing && !(d.at(0) == '<' && d.at(1) == '/') {
		return false, nil
	}
	return true, d.refer(m, v, id)
}

// refer reads the element that id names in place of the empty one that began last (contract findings f: PHP writes an
// object that occurs twice once, and then refers to it).
func (d *decoder) refer(m *Member, v reflect.Value, id []byte) error {
	again, ok := d.referred(id)
	if !ok {
		return d.unreadable(m, "Nothing before it has the id '"+clip(id)+"'.")
	}
	if d.reread += len(again.data) - again.pos; int64(d.reread) > d.limits.Body {
		return d.fail(d.pos, "Too much is referred to.")
	}
	sub := decoder{reader: again, namespaces: d.namespaces, reread: d.reread}
	if _, err := sub.next(); err != nil {
		return err
	}
	if err := sub.member(m, v); err != nil {
		return err
	}
	d.reread, d.elements = sub.reread, sub.elements
	return d.skip()
}

func isTrue(b []byte) bool {
	b = trimSpace(b)
	return string(b) == "true" || string(b) == "1"
}

// grow appends a zero element to a slice and returns where the value in it goes: a pointer's target is made.
func grow(slice reflect.Value, item *Member) reflect.Value {
	n := slice.Len()
	slice.Grow(1)
	slice.SetLen(n + 1)
	v := slice.Index(n)
	v.SetZero()
	if item != nil && item.shape == shapePointer {
		v.Set(reflect.New(item.Type.goType))
		return v.Elem()
	}
	return v
}

// items reads the children of a wrapper element.
func (d *decoder) items(m *Member, v reflect.Value) error {
	for {
		found, err := d.next()
		if err != nil {
			return err
		}
		if found == tokenEnd {
			return nil
		}
		if found == tokenText {
			continue
		}
		i := -1
		if d.ours(d.name.space) {
			i = m.Type.find(d.name.local, 0)
		}
		switch {
		case i < 0:
			err = d.skip()
		case m.shape == shapeChoiceList:
			err = d.member(m.Type.Members[i], grow(v, nil).Field(i))
		default:
			err = d.item(m.item, v)
		}
		if err != nil {
			return err
		}
	}
}

// item reads one element of a list.
func (d *decoder) item(item *Member, slice reflect.Value) error {
	if len(d.attrs) > 0 {
		n := slice.Len()
		slice.Grow(1)
		slice.SetLen(n + 1)
		slice.Index(n).SetZero()
		if done, err := d.attributes(item, slice.Index(n)); done || err != nil {
			return err
		}
		slice.SetLen(n)
	}
	return d.value(item, grow(slice, item))
}

// value reads the content of the element that began last, up to its end.
func (d *decoder) value(m *Member, v reflect.Value) error {
	if m.Type.Kind == KindStruct {
		return d.structure(m.Type, v)
	}
	text, ok, err := d.content(m.Type)
	if err != nil {
		return err
	}
	if !ok {
		return d.unreadable(m, "It holds the element '"+clip(d.name.local)+"' where a text is expected.")
	}
	if refusal := setPlain(m.Type, v, text); refusal != "" {
		return d.unreadable(m, refusal)
	}
	return nil
}

// content is elementText for a value of a type. A document, which is base64Binary, may be as long as the body.
func (d *decoder) content(t *Type) (text []byte, ok bool, err error) {
	if most := d.limits.Text; t.Kind == KindBase64 {
		d.limits.Text = max(most, int(d.limits.Body))
		defer func() { d.limits.Text = most }()
	}
	return d.elementText()
}
