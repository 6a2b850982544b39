package soap

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// tag is what the `soap` tag of a field says: the element's name, then options.
//
//	optional   a pointer to a value type: minOccurs 0, nillable, left out when nil (without it: minOccurs 1, xsi:nil)
//	omit       a pointer to a value type: minOccurs 0, not nillable, left out when nil
//	nillable   a pointer to a string or struct: minOccurs 1, nillable, written as xsi:nil when nil
//	required   a string: minOccurs 1, written also when empty; a pointer to a value type: minOccurs 1, not nillable,
//	           nil when the element was absent, written as the zero value when nil
//	once       a second occurrence makes the message malformed; without it the last one counts
//	scale=N    a decimal is written with N decimals
//	list=Item  a slice in a wrapper element, its elements named Item
//	type=Name  the name of the wrapper's type, when ArrayOf and the element's type does not do
//	flat       a slice as repeated elements without a wrapper
//	choice     a struct of pointers as alternatives in place, or a slice of such structs in a wrapper element
//	with=Name  the member exists only in a service whose Options.With has Name: elsewhere it is not described, an element of
//	           its name is passed over as unknown, and nothing is written for it
type tag struct {
	name, list, typeName, with                             string
	optional, omit, nillable, required, once, flat, choice bool
	scale                                                  int
}

func parseTag(f reflect.StructField) (tag, error) {
	words := strings.Split(f.Tag.Get("soap"), ",")
	t := tag{name: words[0], scale: -1}
	if t.name == "" {
		t.name = f.Name
	}
	flags := map[string]*bool{
		"optional": &t.optional, "omit": &t.omit, "nillable": &t.nillable, "required": &t.required,
		"once": &t.once, "flat": &t.flat, "choice": &t.choice,
	}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch flag, known := flags[key]; {
		case known:
			*flag = true
		case key == "list":
			t.list = value
		case key == "type":
			t.typeName = value
		case key == "with" && value != "":
			t.with = value
		case key == "scale":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > 28 {
				return tag{}, fmt.Errorf("%w: scale must be a number from 0 to 28", errDeclaration)
			}
			t.scale = n
		default:
			return tag{}, fmt.Errorf("%w: unknown option %q", errDeclaration, word)
		}
	}
	if !isElementName(t.name) {
		return tag{}, fmt.Errorf("%w: %q is no element name", errDeclaration, t.name)
	}
	return t, nil
}

// member builds the member of a field by what XmlSerializer does with a .NET member of that type
// (contract.yaml, common.null_rules).
func (c *compiler) member(t reflect.Type, tag tag) (*Member, error) {
	m := &Member{Name: tag.name, scale: tag.scale}
	if tag.once {
		m.once = 1
	}
	var err error
	switch {
	case t.Kind() == reflect.Slice && t != bytesType:
		err = c.sliceMember(m, t.Elem(), tag)
	case t.Kind() == reflect.Pointer:
		m.shape = shapePointer
		if m.Type, err = c.typeOf(t.Elem()); err == nil {
			err = m.setPointer(tag)
		}
	default:
		m.shape = shapeValue
		if m.Type, err = c.typeOf(t); err == nil {
			m.setValue(tag)
		}
	}
	if err != nil {
		return nil, err
	}
	if tag.scale >= 0 && m.Type.Kind != KindDecimal {
		return nil, fmt.Errorf("%w: scale is for decimals", errDeclaration)
	}
	c.used[m.Type] = true
	m.setTags()
	return m, nil
}

// setValue sets the null rules of a member held by value.
func (m *Member) setValue(tag tag) {
	m.Min, m.nulls = 1, nullZero
	if (m.Type.Kind == KindString || m.Type.Kind == KindBase64) && !tag.required {
		m.Min, m.nulls = 0, nullAbsent
	}
}

// setPointer sets the null rules of a member held by a pointer.
func (m *Member) setPointer(tag tag) error {
	reference := m.Type.Kind == KindString || m.Type.Kind == KindStruct || m.Type.Kind == KindBase64
	switch {
	case reference && tag.nillable:
		m.Min, m.Nillable, m.nulls = 1, true, nullNil
	case reference && (tag.optional || tag.omit || tag.required):
		return fmt.Errorf("%w: optional, omit and required are for pointers to value types, not to a %s", errDeclaration, m.Type.Name)
	case reference:
		m.nulls = nullAbsent
	case tag.omit:
		m.nulls = nullAbsent
	case tag.optional:
		m.Nillable, m.nulls = true, nullAbsent
	case tag.required:
		m.Min, m.nulls = 1, nullZero
	default:
		m.Min, m.Nillable, m.nulls = 1, true, nullNil
	}
	return nil
}

// sliceMember builds a repeated member: with a wrapper element around it, or flat.
func (c *compiler) sliceMember(m *Member, elem reflect.Type, tag tag) error {
	if tag.choice {
		return c.choiceList(m, elem, tag)
	}
	if tag.flat == (tag.list != "") {
		return fmt.Errorf("%w: a slice needs either flat or list=", errDeclaration)
	}
	item, err := c.member(elem, tagOfItem(m.Name, tag))
	if err != nil {
		return err
	}
	if item.shape > shapePointer {
		return fmt.Errorf("%w: a slice of slices", errDeclaration)
	}
	item.Min, item.Unbounded = 0, true
	m.item = item
	if tag.flat {
		item.Nillable, item.once, m.once = false, 0, 0
		m.Type, m.shape, m.Unbounded = item.Type, shapeFlat, true
		return nil
	}
	// In a wrapper .NET lets items of reference types be null, and value types only when they are Nullable.
	item.Nillable = item.Nillable || item.Type.Kind == KindString || item.Type.Kind == KindStruct || item.Type.Kind == KindBase64
	item.nulls = nullNil
	if item.shape == shapeValue {
		item.nulls = nullZero
	}
	m.shape = shapeSlice
	m.Type, err = c.wrapper(KindList, tag.typeName, item)
	m.setWrapperNulls(tag)
	return err
}

func tagOfItem(name string, outer tag) tag {
	inner := tag{name: outer.list, scale: outer.scale}
	if outer.flat {
		inner.name = name
	}
	return inner
}

func (m *Member) setWrapperNulls(tag tag) {
	if tag.nillable {
		m.Min, m.Nillable, m.nulls = 1, true, nullNil
	}
}

// choiceList builds a wrapper element around any number of alternatives.
func (c *compiler) choiceList(m *Member, elem reflect.Type, tag tag) error {
	if tag.typeName == "" || elem.Kind() != reflect.Struct {
		return fmt.Errorf("%w: a repeated choice is a slice of structs and needs type=", errDeclaration)
	}
	var alternatives []*Member
	for i := range elem.NumField() {
		alternative, err := c.alternative(elem.Field(i))
		if err != nil {
			return fmt.Errorf("alternative %s: %w", elem.Field(i).Name, err)
		}
		alternatives = append(alternatives, alternative)
	}
	m.shape = shapeChoiceList
	m.setWrapperNulls(tag)
	var err error
	m.Type, err = c.wrapper(KindChoiceList, tag.typeName, alternatives...)
	return err
}

// wrapper returns the type of a wrapper element; the same name always means the same content.
func (c *compiler) wrapper(kind Kind, name string, members ...*Member) (*Type, error) {
	if name == "" {
		name = "ArrayOf" + upperFirst(members[0].Type.Name)
	}
	if known := c.named[name]; known != nil {
		if known.Kind != kind || !sameMembers(known.Members, members) {
			return nil, fmt.Errorf("%w: the list type %s has other elements elsewhere; give this one a name with type=",
				errDeclaration, name)
		}
		return known, nil
	}
	w := &Type{Name: name, Kind: kind, Members: members}
	for i, m := range members {
		w.steps = append(w.steps, step{m, []int{i}})
	}
	return w, c.add(typeKey{name: name}, w)
}

func sameMembers(a, b []*Member) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type || a[i].Nillable != b[i].Nillable || a[i].shape != b[i].shape {
			return false
		}
	}
	return true
}

// setTags works out the texts around a value.
func (m *Member) setTags() {
	m.openTag = "<" + m.Name + ">"
	m.closeTag = "</" + m.Name + ">"
	m.emptyTag = "<" + m.Name + " />" // with the space .NET's writer puts there (V-4)
	m.nilTag = "<" + m.Name + ` xsi:nil="true" />`
}

// finish checks a struct's members against each other and prepares looking them up by name.
func (t *Type) finish() error {
	seen := make(map[string]int, len(t.steps))
	var once uint8
	for i := range t.steps {
		m := t.steps[i].member
		if _, twice := seen[m.Name]; twice {
			return fmt.Errorf("%s: %w: two members are named %s", t.goType, errDeclaration, m.Name)
		}
		seen[m.Name] = i
		if m.once > 0 {
			once++
			m.once = max(m.once, once)
		}
	}
	if once > 64 {
		return fmt.Errorf("%s: %w: more than 64 members may come once", t.goType, errDeclaration)
	}
	const few = 8 // below this a walk is as quick as a map
	if len(t.steps) > few {
		t.byName = seen
	}
	return nil
}
