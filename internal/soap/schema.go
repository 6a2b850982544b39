package soap

import (
	"reflect"
	"slices"
)

// Kind says how values of a Type stand on the wire.
type Kind uint8

// The kinds. Those before KindEnum are types of XML Schema, the others belong to the service.
const (
	KindString     Kind = iota + 1 // xs:string, a Go string
	KindInt                        // xs:int, an int32
	KindLong                       // xs:long, an int64
	KindBoolean                    // xs:boolean, a bool
	KindDecimal                    // xs:decimal, a decimal.Decimal
	KindDateTime                   // xs:dateTime, a DateTime
	KindBase64                     // xs:base64Binary, a []byte
	KindEnum                       // xs:simpleType over the words in Type.Words
	KindStruct                     // xs:complexType with a sequence of members
	KindList                       // xs:complexType around one repeated member
	KindChoiceList                 // xs:complexType around a repeated choice of its members
)

// Type is what the engine knows of a type on the wire. Types are built by NewService and never change afterwards;
// the same named type of a service is always the same pointer.
type Type struct {
	Name     string // name in the WSDL, for built-in kinds that of XML Schema ("int", "string")
	Kind     Kind
	Base     *Type     // the type this one extends, nil when none; its members come first on the wire
	Abstract bool      // serves only as the base of others
	Members  []*Member // own members in wire order; of a KindList exactly one
	Words    []string  // the members of an enumeration, in their declared order

	goType reflect.Type
	steps  []step         // all members, those of bases and choices included, in wire order
	byName map[string]int // element name to index in steps; nil for a short list of steps
	words  map[string]string
}

// BuiltIn reports whether the type belongs to XML Schema rather than to the service.
func (t *Type) BuiltIn() bool { return t.Kind < KindEnum }

// Plain reports whether a value of the type is one text: a built-in type or an enumeration.
func (t *Type) Plain() bool { return t.Kind <= KindEnum }

// AllMembers returns the members in wire order, those of the bases first. Members of a choice stay inside it.
func (t *Type) AllMembers() []*Member {
	if t.Base == nil {
		return t.Members
	}
	return append(slices.Clone(t.Base.AllMembers()), t.Members...)
}

// Member is one element inside a type: a particle of the WSDL's sequence.
type Member struct {
	Name      string    // element name; empty for a choice that stands in place
	Type      *Type     // type of the element; nil for a choice that stands in place
	Min       int       // 0 or 1
	Unbounded bool      // maxOccurs="unbounded", otherwise 1
	Nillable  bool      // may be written as xsi:nil="true"
	Choice    []*Member // when not nil, exactly one of these stands here

	shape shape
	nulls nulls
	scale int   // decimals written, negative when as many as the value has
	once  uint8 // n > 0: a second occurrence makes the message malformed, n is its bit plus one
	item  *Member

	openTag, closeTag, emptyTag, nilTag string
}

// shape says how the Go field of a member holds the value.
type shape uint8

const (
	shapeValue      shape = iota // T
	shapePointer                 // *T
	shapeSlice                   // []T in a wrapper element
	shapeFlat                    // []T as repeated elements
	shapeChoiceList              // []T in a wrapper element, T a struct of alternatives
)

// nulls says what is written for a null: a nil pointer or slice, or a string that is empty.
type nulls uint8

const (
	nullAbsent nulls = iota // nothing
	nullNil                 // an empty element with xsi:nil="true" (V-4)
	nullZero                // cannot be null: the zero value is written as it is
)

// step leads from a struct to the field of one of its members.
type step struct {
	member *Member
	index  []int // path of field indexes: bases and choices are fields too
}

// find returns the step of the element name, or a negative index. hint is where it most likely is.
func (t *Type) find(name []byte, hint int) int {
	if hint < len(t.steps) && t.steps[hint].member.Name == string(name) {
		return hint
	}
	if t.byName != nil {
		if i, ok := t.byName[string(name)]; ok {
			return i
		}
		return -1
	}
	for i := range t.steps {
		if t.steps[i].member.Name == string(name) {
			return i
		}
	}
	return -1
}

// within follows a path of field indexes.
func within(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = v.Field(i)
	}
	return v
}
