package soap

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// compiler builds Types out of Go types, once, while a service is made.
type compiler struct {
	types map[typeKey]*Type
	named map[string]*Type // by name in the WSDL
	order []*Type          // named types in the order in which they were first met
	names map[string]string
	self  map[reflect.Type]string // names that the operation at hand gives to its own structs
	busy  map[reflect.Type]bool   // structs being compiled, to notice recursion
	with  map[string]bool         // extensions that the service has, see Options.With
	bases map[*Type]bool          // extended by another type
	used  map[*Type]bool          // type of a member
}

// typeKey tells types apart: one Go struct may serve two operations under two names.
type typeKey struct {
	goType reflect.Type
	name   string
}

func newCompiler(with []string) *compiler {
	c := &compiler{
		types: map[typeKey]*Type{}, named: map[string]*Type{}, names: map[string]string{},
		busy: map[reflect.Type]bool{}, bases: map[*Type]bool{}, used: map[*Type]bool{}, with: map[string]bool{},
	}
	for _, name := range with {
		c.with[name] = true
	}
	return c
}

var (
	decimalType  = reflect.TypeFor[decimal.Decimal]()
	dateTimeType = reflect.TypeFor[DateTime]()
	bytesType    = reflect.TypeFor[[]byte]()
)

// enumeration is what a string type has that is an enumeration on the wire.
type enumeration interface{ Members() []string }

// extendedEnumeration is an enumeration that has further members, behind its others, in a service whose Options.With has
// the name under which they stand.
type extendedEnumeration interface{ MembersWith() map[string][]string }

// typeOf returns the Type of a Go type that stands for one element: a plain type or a struct.
func (c *compiler) typeOf(t reflect.Type) (*Type, error) {
	switch {
	case t == decimalType:
		return c.builtIn(KindDecimal, "decimal", t), nil
	case t == dateTimeType:
		return c.builtIn(KindDateTime, "dateTime", t), nil
	case t == bytesType:
		return c.builtIn(KindBase64, "base64Binary", t), nil
	}
	switch t.Kind() {
	case reflect.String:
		if words, ok := reflect.Zero(t).Interface().(enumeration); ok {
			return c.enum(t, c.extended(t, words.Members()))
		}
		return c.builtIn(KindString, "string", t), nil
	case reflect.Int32:
		return c.builtIn(KindInt, "int", t), nil
	case reflect.Int64:
		return c.builtIn(KindLong, "long", t), nil
	case reflect.Bool:
		return c.builtIn(KindBoolean, "boolean", t), nil
	case reflect.Struct:
		return c.structType(t)
	}
	return nil, fmt.Errorf("%w: a %s cannot stand on the wire", errDeclaration, t)
}

func (c *compiler) builtIn(kind Kind, name string, t reflect.Type) *Type {
	key := typeKey{goType: t}
	if c.types[key] == nil {
		c.types[key] = &Type{Name: name, Kind: kind, goType: t}
	}
	return c.types[key]
}

// extended gives the words of an enumeration with those of the extensions that the service has.
func (c *compiler) extended(t reflect.Type, words []string) []string {
	more, ok := reflect.Zero(t).Interface().(extendedEnumeration)
	if !ok {
		return words
	}
	words = slices.Clone(words)
	further := more.MembersWith()
	for _, name := range slices.Sorted(maps.Keys(further)) {
		if c.with[name] {
			words = append(words, further[name]...)
		}
	}
	return words
}

func (c *compiler) enum(t reflect.Type, words []string) (*Type, error) {
	key := typeKey{t, c.nameOf(t)}
	if known := c.types[key]; known != nil {
		return known, nil
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("%w: the enumeration %s has no members", errDeclaration, t)
	}
	e := &Type{Name: key.name, Kind: KindEnum, Words: words, goType: t, words: make(map[string]string, len(words))}
	for _, word := range words {
		e.words[word] = word
	}
	return e, c.add(key, e)
}

// add makes a named type known and refuses a second one of the same name.
func (c *compiler) add(key typeKey, t *Type) error {
	if other := c.named[t.Name]; other != nil {
		return fmt.Errorf("%w: two types are named %s: %s and %s", errDeclaration, t.Name, other.goType, t.goType)
	}
	c.types[key], c.named[t.Name] = t, t
	c.order = append(c.order, t)
	return nil
}

func (c *compiler) structType(t reflect.Type) (*Type, error) {
	key := typeKey{t, c.nameOf(t)}
	if c.busy[t] {
		return nil, fmt.Errorf("%w: %s contains itself", errDeclaration, t)
	}
	if known := c.types[key]; known != nil {
		return known, nil
	}
	c.busy[t] = true
	defer delete(c.busy, t)
	s := &Type{Name: key.name, Kind: KindStruct, goType: t}
	if err := c.add(key, s); err != nil {
		return nil, err
	}
	c.names[t.PkgPath()+"."+t.Name()] = key.name
	if err := c.fields(s, t); err != nil {
		return nil, err
	}
	return s, s.finish()
}

// fields turns the fields of a struct into members.
func (c *compiler) fields(s *Type, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		var err error
		switch {
		case f.Anonymous:
			err = c.base(s, f, i)
		case !f.IsExported():
			err = fmt.Errorf("%w: it is not exported", errDeclaration)
		default:
			err = c.field(s, f)
		}
		if err != nil {
			return fmt.Errorf("field %s of %s: %w", f.Name, t, err)
		}
	}
	return nil
}

// base makes the type of an embedded struct the one that s extends.
func (c *compiler) base(s *Type, f reflect.StructField, position int) error {
	if position != 0 && !(position == 1 && s.goType.Field(0).Name == "_") {
		return fmt.Errorf("%w: the base must come first", errDeclaration)
	}
	if f.Type.Kind() != reflect.Struct {
		return fmt.Errorf("%w: only a struct can be a base", errDeclaration)
	}
	base, err := c.structType(f.Type)
	if err != nil {
		return err
	}
	s.Base = base
	c.bases[base] = true
	for _, inherited := range base.steps {
		s.steps = append(s.steps, step{inherited.member, append([]int{f.Index[0]}, inherited.index...)})
	}
	return nil
}

// field turns one field into a member.
func (c *compiler) field(s *Type, f reflect.StructField) error {
	tag, err := parseTag(f)
	if err != nil {
		return err
	}
	if tag.with != "" && !c.with[tag.with] {
		return nil
	}
	if tag.choice && f.Type.Kind() == reflect.Struct {
		return c.choice(s, f)
	}
	m, err := c.member(f.Type, tag)
	if err != nil {
		return err
	}
	s.Members = append(s.Members, m)
	s.steps = append(s.steps, step{m, []int{f.Index[0]}})
	return nil
}

// choice puts the fields of a struct in place, as alternatives.
func (c *compiler) choice(s *Type, f reflect.StructField) error {
	group := &Member{Min: 1}
	for i := range f.Type.NumField() {
		alternative := f.Type.Field(i)
		m, err := c.alternative(alternative)
		if err != nil {
			return fmt.Errorf("alternative %s: %w", alternative.Name, err)
		}
		group.Choice = append(group.Choice, m)
		s.steps = append(s.steps, step{m, []int{f.Index[0], i}})
	}
	if len(group.Choice) == 0 {
		return fmt.Errorf("%w: a choice of nothing", errDeclaration)
	}
	s.Members = append(s.Members, group)
	return nil
}

// alternative is a member of a choice: a pointer, because at most one of them is there, written only when it is.
func (c *compiler) alternative(f reflect.StructField) (*Member, error) {
	tag, err := parseTag(f)
	if err != nil {
		return nil, err
	}
	if f.Type.Kind() != reflect.Pointer || !f.IsExported() || tag.with != "" {
		return nil, fmt.Errorf("%w: it must be an exported pointer, without the option with", errDeclaration)
	}
	m, err := c.member(f.Type, tag)
	if err != nil {
		return nil, err
	}
	m.nulls = nullAbsent
	if tag.nillable {
		m.Min, m.Nillable = 1, true
		return m, nil
	}
	m.Nillable = false
	m.Min = 1
	if m.Type.Kind == KindString || m.Type.Kind == KindStruct || m.Type.Kind == KindBase64 {
		m.Min = 0
	}
	return m, nil
}

// nameOf returns the name of a struct or an enumeration in the WSDL.
func (c *compiler) nameOf(t reflect.Type) string {
	if name, ok := c.self[t]; ok {
		return name
	}
	if t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).Name == "_" {
		if name := t.Field(0).Tag.Get("soap"); name != "" {
			return name
		}
	}
	return c.genericName(t.Name())
}

// genericName names an instance of a generic type as .NET does: BaseResponse of R is BaseResponseOfR.
func (c *compiler) genericName(goName string) string {
	open := strings.IndexByte(goName, '[')
	if open < 0 {
		return upperFirst(goName[strings.LastIndexByte(goName, '.')+1:])
	}
	name := upperFirst(goName[strings.LastIndexByte(goName[:open], '.')+1:open]) + "Of"
	for _, argument := range splitArguments(goName[open+1 : len(goName)-1]) {
		if known, ok := c.names[argument]; ok {
			name += known
			continue
		}
		name += c.genericName(argument)
	}
	return name
}

// splitArguments splits the type arguments of a generic type's name at the commas of the outer level.
func splitArguments(list string) []string {
	var arguments []string
	level, start := 0, 0
	for i, r := range list {
		switch r {
		case '[':
			level++
		case ']':
			level--
		case ',':
			if level == 0 {
				arguments = append(arguments, list[start:i])
				start = i + 1
			}
		}
	}
	return append(arguments, list[start:])
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
