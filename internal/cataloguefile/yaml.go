package cataloguefile

import (
	"errors"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// yaml reads a YAML file. Every value is taken as it is written, so that an amount keeps its digits and a ZIP code its
// zeros.
func (r *reader) yaml(text string) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		line, message := 0, err.Error()
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			line, message = syntax.GetToken().Position.Line, syntax.GetMessage()
		}
		r.fault(line, "this is not YAML: %s", message)
		return
	}
	begun := false
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.NullType {
			continue
		}
		if begun {
			r.fault(lineOf(doc.Body), "a file has one document; this is another")
			return
		}
		begun = true
		r.sections(doc.Body)
	}
}

// sections reads a document beside what other files hold.
func (r *reader) sections(body ast.Node) {
	var read document
	r.record(body, reflect.ValueOf(&read).Elem())
	r.zips = r.zips || read.ZipCodes != nil
	r.add(read)
}

// add adds a document to what was read before.
func (r *reader) add(read document) {
	if r.document.TaxEngine != "" && read.TaxEngine != "" && r.document.TaxEngine != read.TaxEngine {
		r.fault(0, "tax_engine is %s here and %s in another file", read.TaxEngine, r.document.TaxEngine)
	}
	all, more := reflect.ValueOf(&r.document).Elem(), reflect.ValueOf(read)
	for _, k := range keysOf(all.Type()) {
		switch {
		case k.kind.Kind() == reflect.Slice:
			all.Field(k.at).Set(reflect.AppendSlice(all.Field(k.at), more.Field(k.at)))
		case !more.Field(k.at).IsZero():
			all.Field(k.at).Set(more.Field(k.at))
		}
	}
}

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// value reads a node into a value of any type.
func (r *reader) value(n ast.Node, into reflect.Value) {
	switch {
	case n == nil || n.Type() == ast.NullType:
	case into.Kind() == reflect.Slice:
		r.list(n, into)
	case record(into.Type()):
		r.record(n, into)
	default:
		text, ok := textOf(n)
		if !ok {
			r.fault(lineOf(n), "this is one value, not a list, a mapping, an anchor, an alias or a tag")
			return
		}
		if err := set(into, text); err != nil {
			r.fault(lineOf(n), "%v", err)
		}
	}
}

func (r *reader) list(n ast.Node, into reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fault(lineOf(n), "this is a list: each of its entries begins with a dash")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list.Values), len(list.Values)))
	for i, value := range list.Values {
		r.value(value, into.Index(i))
	}
}

func (r *reader) record(n ast.Node, into reflect.Value) {
	var members []*ast.MappingValueNode
	switch mapping := n.(type) {
	case *ast.MappingNode:
		members = mapping.Values
	case *ast.MappingValueNode:
		members = []*ast.MappingValueNode{mapping}
	default:
		r.fault(lineOf(n), "this is a mapping: a key, a colon and a value in each line")
		return
	}
	keys, seen := keysOf(into.Type()), map[string]bool{}
	for _, m := range members {
		name, _ := textOf(m.Key)
		k, ok := find(keys, name)
		switch {
		case !ok:
			r.fault(lineOf(m.Key), "there is no key %q here; the keys are %s", name, named(keys))
			continue
		case seen[name]:
			r.fault(lineOf(m.Key), "the key %s is there twice", name)
		}
		seen[name] = true
		r.value(m.Value, into.Field(k.at))
	}
	for _, k := range keys {
		if k.demanded && !seen[k.key] {
			r.fault(lineOf(n), "the key %s is missing", k.key)
		}
	}
}

// textOf gives a scalar as it is written, without quotes.
func textOf(n ast.Node) (string, bool) {
	switch scalar := n.(type) {
	case *ast.StringNode:
		return scalar.Value, true
	case *ast.LiteralNode:
		return scalar.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	case *ast.NullNode:
		return "", true
	default:
		return "", false
	}
}
