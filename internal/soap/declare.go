package soap

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// NewService makes a service of its operations. All their types are inspected here; one that cannot be put on the
// wire is an error that names the operation, the field and the reason.
func NewService(o Options, operations ...Operation) (*Service, error) {
	if o.Name == "" || o.Namespace == "" {
		return nil, fmt.Errorf("%w: a service needs a name and a namespace", errDeclaration)
	}
	if strings.ContainsAny(o.Namespace, "\"<&") || o.RequestElement != "" && !isElementName(o.RequestElement) {
		return nil, fmt.Errorf("%w: the namespace or the request element cannot stand in XML", errDeclaration)
	}
	o.Limits = o.Limits.withDefaults()
	if err := o.Limits.check(); err != nil {
		return nil, err
	}
	s := &Service{o: o, byName: map[string]*operation{}, byAction: map[string]*operation{}}
	s.headers = [versions][]string{
		SOAP11: {"text/xml; charset=utf-8"},
		SOAP12: {"application/soap+xml; charset=utf-8"},
		Form:   {"text/xml; charset=utf-8"},
	}
	s.noCache = []string{"private, max-age=0"}
	s.exchanges.New = func() any { return newExchange(s) }
	c := newCompiler(o.With)
	for _, declared := range operations {
		if err := s.declare(c, declared); err != nil {
			return nil, fmt.Errorf("operation %s: %w", declared.name, err)
		}
	}
	for _, t := range c.order {
		t.Abstract = c.bases[t] && !c.used[t]
	}
	s.types = c.order
	return s, nil
}

// declare adds an operation.
func (s *Service) declare(c *compiler, declared Operation) error {
	if !isElementName(declared.name) || s.byName[declared.name] != nil {
		return fmt.Errorf("%w: the name is taken or no element name", errDeclaration)
	}
	op := &operation{
		Operation:  declared,
		action:     actionOf(s.o.Namespace, declared.name),
		namespaces: append([]string{s.o.Namespace}, s.o.ElementNamespaceAliases[declared.name]...),
	}
	c.self = map[reflect.Type]string{}
	if s.o.RequestType != nil {
		c.self[op.request] = s.o.RequestType(op.name)
	}
	if s.o.ResponseType != nil && op.response.Kind() == reflect.Struct {
		c.self[op.response] = s.o.ResponseType(op.name)
	}
	if err := s.declareInput(c, op); err != nil {
		return err
	}
	if err := s.declareOutput(c, op); err != nil {
		return err
	}
	if err := declareHeader(c, op); err != nil {
		return err
	}
	op.frame()
	s.operations = append(s.operations, op)
	s.byName[op.name] = op
	for _, namespace := range op.namespaces {
		s.byAction[actionOf(namespace, op.name)] = op
	}
	return nil
}

// actionOf gives the SOAPAction of an operation: namespace, one slash, name. A namespace that ends in a slash, as
// http://tempuri.org/ does, gets no second one (DashboardApi.wsdl).
func actionOf(namespace, operation string) string {
	return strings.TrimSuffix(namespace, "/") + "/" + operation
}

// declareInput works out what stands in the operation's element.
func (s *Service) declareInput(c *compiler, op *operation) (err error) {
	if op.request.Kind() != reflect.Struct {
		return fmt.Errorf("%w: the request %s is not a struct", errDeclaration, op.request)
	}
	if s.o.RequestElement == "" || op.flatRequest {
		op.flatRequest = true
		op.req, err = c.anonymous(op.request)
		if err == nil {
			op.input, op.element = op.req.AllMembers(), op.req
		}
		return err
	}
	if op.req, err = c.structType(op.request); err != nil {
		return err
	}
	c.used[op.req] = true
	m := &Member{Name: s.o.RequestElement, Type: op.req, once: 1}
	op.input = []*Member{m}
	op.element = &Type{Kind: KindStruct, Members: op.input, steps: []step{{member: m}}}
	return nil
}

// declareOutput works out what stands in the response element.
func (s *Service) declareOutput(c *compiler, op *operation) (err error) {
	if op.flatResponse {
		if op.response.Kind() != reflect.Struct {
			return fmt.Errorf("%w: the response %s is not a struct", errDeclaration, op.response)
		}
		if op.resp, err = c.anonymous(op.response); err == nil {
			op.output = op.resp.AllMembers()
		}
		return err
	}
	name := op.name + "Result"
	if op.response.Kind() == reflect.Struct && op.response != decimalType && op.response != dateTimeType {
		if op.resp, err = c.structType(op.response); err != nil {
			return err
		}
		c.used[op.resp] = true
		op.result = &Member{Name: name, Type: op.resp, nulls: nullZero}
		op.result.setTags()
	} else if op.result, err = c.member(op.response, tag{name: name, scale: -1}); err != nil {
		return err
	}
	op.resp = op.result.Type
	op.output = []*Member{op.result}
	return nil
}

// declareHeader works out the declared header block.
func declareHeader(c *compiler, op *operation) (err error) {
	if op.header == nil {
		return nil
	}
	if op.header.Kind() != reflect.Struct || !isElementName(op.headerName) {
		return fmt.Errorf("%w: the header %s needs a struct and a name", errDeclaration, op.header)
	}
	if op.hdr, err = c.structType(op.header); err != nil {
		return err
	}
	c.used[op.hdr] = true
	return nil
}

// anonymous compiles a struct that has no type of its own in the WSDL, because its members stand directly in an
// operation's element.
func (c *compiler) anonymous(t reflect.Type) (*Type, error) {
	a := &Type{Kind: KindStruct, goType: t}
	if err := c.fields(a, t); err != nil {
		return nil, err
	}
	return a, a.finish()
}

// OperationDoc describes an operation to whoever writes documents about a service. Nothing in it may be changed.
type OperationDoc struct {
	Name       string
	Doc        string
	NeedsProof bool
	OneWay     bool
	HeaderName string    // name of the declared header block, empty when none
	Header     *Type     // its type
	Request    *Type     // the request struct; without a name when its members stand directly in the element
	Response   *Type     // the response struct or plain type; without a name likewise
	Input      []*Member // what stands in the operation's element
	Output     []*Member // what stands in its response element
}

// Describe returns the operations in the order in which they were declared.
func (s *Service) Describe() []OperationDoc {
	docs := make([]OperationDoc, 0, len(s.operations))
	for _, op := range s.operations {
		docs = append(docs, OperationDoc{
			Name: op.name, Doc: op.doc, NeedsProof: op.proof, OneWay: op.oneWay, HeaderName: op.headerName,
			Header: op.hdr, Request: op.req, Response: op.resp, Input: op.input, Output: op.output,
		})
	}
	return docs
}

// Types returns the named types of the service in the order in which its operations first use them.
func (s *Service) Types() []*Type { return slices.Clone(s.types) }
