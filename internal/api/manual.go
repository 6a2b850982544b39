package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"latchkey/internal/problem"
)

// The words of the OpenAPI document that belong to no operation.
const (
	introduction = "Requests and answers are JSON (UTF-8), times are UTC (RFC 3339). A body has at most 16 KiB, where nothing else is said, is declared " +
		"as `Content-Type: application/json`, and holds no other members than those shown here; unknown ones, and unknown " +
		"query parameters, are refused, so that a misspelt name never goes unnoticed. A member that does not apply is absent " +
		"from an answer; answers may get further members in time. Every refusal is a problem document (RFC 9457) of the type " +
		"`application/problem+json`, whose member `code` says which kind it is: programs decide by that, never by the words."
	authentication = "HTTP Basic. The user name is `TENANT/name`, the tenant's code and the account's name, or a login name " +
		"alone, which is unique over the installation and finds accounts of the kind `user`. The account's role needs the " +
		"permission `use_api`. Wrong logins all answer alike and are slowed down as everywhere else. Neither a tenant's code nor " +
		"a name with a colon, nor a login name with a slash, can be used here."
)

// manual is the OpenAPI document put in order for people: what the page and the reference show.
type manual struct {
	Title, Doc, Login string
	Groups            []manualGroup
	Problems          []manualProblem
}

type manualGroup struct {
	Name, Doc  string
	Operations []manualOperation
}

type manualOperation struct {
	ID, Method, Path, Summary, Doc string
	Parameters, Request            []manualMember
	Curl                           string
	Status, Success                string
	Answer                         []manualMember
	Sample                         string // of the answer; empty when there is nothing in it
	Refusals                       []manualRefusal
}

type manualRefusal struct {
	Status string
	Codes  []string
}

type manualMember struct {
	Name, Type, Doc, Example string
	Needed                   bool
}

type manualProblem struct {
	Code   problem.Code
	Status int
	Title  string
}

// manual puts the OpenAPI document in order.
func (a *API) manual() manual {
	api := a.huma.OpenAPI()
	m := manual{Title: api.Info.Title, Doc: api.Info.Description, Login: api.Components.SecuritySchemes["basic"].Description}
	for _, tag := range api.Tags {
		group := manualGroup{Name: tag.Name, Doc: tag.Description}
		for _, o := range a.declared {
			if o.Tags[0] == tag.Name {
				group.Operations = append(group.Operations, a.manualOperation(o))
			}
		}
		m.Groups = append(m.Groups, group)
	}
	for _, code := range slices.Sorted(maps.Keys(kinds)) {
		m.Problems = append(m.Problems, manualProblem{Code: code, Status: kinds[code].status, Title: kinds[code].title})
	}
	return m
}

func (a *API) manualOperation(o *huma.Operation) manualOperation {
	m := manualOperation{ID: o.OperationID, Method: o.Method, Path: o.Path, Summary: o.Summary, Doc: o.Description}
	address := o.Path
	for _, p := range o.Parameters {
		address = strings.ReplaceAll(address, "{"+p.Name+"}", exampleOf(p.Schema))
		m.Parameters = append(m.Parameters, manualMember{
			Name: p.Name, Type: p.Schema.Type, Doc: p.Description, Example: exampleOf(p.Schema), Needed: p.Required,
		})
	}
	m.Curl = "curl -u LAKESIDE/portal"
	if o.Method != "GET" && o.Method != "POST" {
		m.Curl += " -X " + o.Method
	}
	if o.RequestBody != nil {
		body := o.RequestBody.Content[jsonType]
		sample, _ := json.Marshal(body.Example) // numbers and text
		m.Request = a.members(body.Schema, "")
		m.Curl += " -H 'Content-Type: application/json' \\\n  -d '" + string(sample) + "'"
	}
	m.Curl += " \\\n  https://latchkey.example" + address
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		response := o.Responses[status]
		if _, refusal := response.Content[problemType]; refusal {
			_, codes, _ := strings.Cut(strings.TrimSuffix(response.Description, "."), ": ")
			m.Refusals = append(m.Refusals, manualRefusal{status, strings.Split(codes, ", ")})
			continue
		}
		m.Status, m.Success = status, response.Description
		m.Answer, m.Sample = a.manualAnswer(response)
	}
	return m
}

// manualAnswer gives the members of an answer, headers first, and what it looks like.
func (a *API) manualAnswer(r *huma.Response) (members []manualMember, sample string) {
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		header := r.Headers[name].Schema
		members = append(members, manualMember{
			Name: "header " + name, Type: header.Type, Doc: header.Description, Example: exampleOf(header), Needed: true,
		})
	}
	content, some := r.Content[jsonType]
	if !some {
		return members, ""
	}
	var indented bytes.Buffer
	_ = json.Indent(&indented, a.example(content.Schema), "", "  ") // our own JSON
	return append(members, a.members(content.Schema, "")...), indented.String()
}

// object follows a reference to what it stands for, and gives its members in the order of the struct.
func (a *API) object(s *huma.Schema) (*huma.Schema, []string) {
	schemas := a.huma.OpenAPI().Components.Schemas
	if s.Ref == "" {
		return s, nil
	}
	var names []string
	for _, field := range reflect.VisibleFields(schemas.TypeFromRef(s.Ref)) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return schemas.SchemaFromRef(s.Ref), names
}

// members lists what is in an object, and in the objects in it.
func (a *API) members(s *huma.Schema, prefix string) []manualMember {
	object, names := a.object(s)
	var members []manualMember
	for _, name := range names {
		member := object.Properties[name]
		m := manualMember{
			Name: prefix + name, Type: kindOf(member), Doc: member.Description, Example: exampleOf(member),
			Needed: slices.Contains(object.Required, name),
		}
		for _, word := range member.Enum {
			m.Doc += fmt.Sprintf(" `%v`", word)
		}
		members = append(members, m)
		switch {
		case member.Ref != "":
			members = append(members, a.members(member, prefix+name+".")...)
		case member.Type == huma.TypeArray:
			members = append(members, a.members(member.Items, prefix+name+"[].")...)
		}
	}
	return members
}

// kindOf names what a member is, for people.
func kindOf(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return "object"
	case s.Type == huma.TypeArray:
		return "list"
	case s.Format == "date-time":
		return "time"
	case s.Format == "ip":
		return "address"
	default:
		return s.Type
	}
}

// exampleOf shows a member's own example; empty when it has none.
func exampleOf(s *huma.Schema) string {
	if len(s.Examples) == 0 {
		return ""
	}
	return fmt.Sprint(s.Examples[0])
}

// example writes a document as the examples of its members make it.
func (a *API) example(s *huma.Schema) []byte {
	if len(s.Examples) > 0 {
		text, _ := json.Marshal(s.Examples[0]) // numbers and text
		return text
	}
	if s.Type == huma.TypeArray {
		return slices.Concat([]byte("["), a.example(s.Items), []byte("]"))
	}
	object, names := a.object(s)
	members := make([]string, len(names))
	for i, name := range names {
		members[i] = fmt.Sprintf("%q:%s", name, a.example(object.Properties[name]))
	}
	return []byte("{" + strings.Join(members, ",") + "}")
}
