package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// get reads a public document.
func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	New(Deps{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w
}

// openAPI is the document as a program reads it.
func openAPI(t *testing.T) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(get(t, "/api/v1/openapi.json").Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// at follows keys into a document; nil when the way ends.
func at(document any, keys ...string) any {
	for _, key := range keys {
		object, _ := document.(map[string]any)
		document = object[key]
	}
	return document
}

// each visits every object of a document, with the way to it.
func each(document any, way []string, visit func(way []string, object map[string]any)) {
	switch value := document.(type) {
	case map[string]any:
		visit(way, value)
		for key, member := range value {
			each(member, append(slices.Clip(way), key), visit)
		}
	case []any:
		for _, member := range value {
			each(member, append(slices.Clip(way), "[]"), visit)
		}
	}
}

func TestTheOpenAPIDocumentDescribesEveryOperation(t *testing.T) {
	document := openAPI(t)
	if version, _ := document["openapi"].(string); !strings.HasPrefix(version, "3.1.") {
		t.Errorf("it is of OpenAPI %q", version)
	}
	if at(document, "components", "securitySchemes", "basic", "scheme") != "basic" {
		t.Error("it doesn't say how to prove oneself")
	}
	count := 0
	for path, item := range at(document, "paths").(map[string]any) {
		for method, operation := range item.(map[string]any) {
			count++
			name := strings.ToUpper(method) + " " + path
			if at(operation, "operationId") == nil || at(operation, "summary") == nil || at(operation, "security") == nil {
				t.Errorf("%s isn't described", name)
			}
			body := at(operation, "requestBody")
			if (body != nil) != (method == "post") {
				t.Errorf("%s: the request's body is %v", name, body)
			}
			if body != nil && (at(body, "required") != true || at(body, "content", jsonType, "example") == nil) {
				t.Errorf("%s: the request's body isn't required, or has no example", name)
			}
			for _, status := range []string{"401", "403", "422", "500"} {
				if at(operation, "responses", status, "content", problemType, "schema", "$ref") == nil {
					t.Errorf("%s doesn't say what %s looks like", name, status)
				}
			}
		}
	}
	if declared := len(New(Deps{}).declared); count != declared || count == 0 {
		t.Errorf("%d operations are declared, %d described", declared, count)
	}
}

func TestEveryReferenceInTheOpenAPIDocumentResolves(t *testing.T) {
	document := openAPI(t)
	count := 0
	each(document, nil, func(way []string, object map[string]any) {
		reference, found := object["$ref"].(string)
		if !found {
			return
		}
		count++
		if at(document, strings.Split(strings.TrimPrefix(reference, "#/"), "/")...) == nil {
			t.Errorf("%s leads nowhere: %s", strings.Join(way, "."), reference)
		}
	})
	if count == 0 {
		t.Error("there is none")
	}
}

func TestEveryMemberHasADescriptionAndAnExample(t *testing.T) {
	document := openAPI(t)
	for name, schema := range at(document, "components", "schemas").(map[string]any) {
		for member, value := range at(schema, "properties").(map[string]any) {
			inner := at(value, "$ref") != nil || at(value, "type") == "array"
			if at(value, "description") == nil || at(value, "examples") == nil && !inner {
				t.Errorf("%s.%s has no description or no example", name, member)
			}
		}
	}
	for path, item := range at(document, "paths").(map[string]any) {
		for _, operation := range item.(map[string]any) {
			parameters, _ := at(operation, "parameters").([]any)
			for _, p := range parameters {
				if at(p, "description") == nil || at(p, "schema", "examples") == nil {
					t.Errorf("%s: parameter %v has no description or no example", path, at(p, "name"))
				}
			}
		}
	}
}

func TestRequestsAreClosedAndAnswersAreOpen(t *testing.T) {
	document := openAPI(t)
	requests := map[string]bool{}
	each(at(document, "paths"), nil, func(way []string, object map[string]any) {
		if reference, found := object["$ref"].(string); found && slices.Contains(way, "requestBody") {
			requests[strings.TrimPrefix(reference, "#/components/schemas/")] = true
		}
	})
	if len(requests) == 0 {
		t.Error("there is no request")
	}
	for within := 0; within < len(requests); { // what stands in a request is part of it
		within = len(requests)
		for name := range maps.Clone(requests) {
			each(at(document, "components", "schemas", name), nil, func(_ []string, object map[string]any) {
				if reference, found := object["$ref"].(string); found {
					requests[strings.TrimPrefix(reference, "#/components/schemas/")] = true
				}
			})
		}
	}
	for name, schema := range at(document, "components", "schemas").(map[string]any) {
		if open := at(schema, "additionalProperties"); open != !requests[name] {
			t.Errorf("%s: additional members: %v", name, open)
		}
	}
}

func TestTheExamplesFitTheirSchemas(t *testing.T) {
	a := New(Deps{})
	for _, o := range a.declared {
		for status, response := range o.Responses {
			if content, some := response.Content[jsonType]; some {
				var sample any
				if err := json.Unmarshal(a.example(content.Schema), &sample); err != nil {
					t.Fatal(err)
				}
				if err := a.fits(content.Schema, sample); err != nil {
					t.Errorf("%s %s: %v", o.OperationID, status, err)
				}
			}
		}
	}
}

func TestThePageShowsEverythingAndLoadsNothing(t *testing.T) {
	w := get(t, "/api/v1/")
	page := w.Body.String()
	for _, o := range New(Deps{}).declared {
		for _, part := range []string{o.Method + " " + o.Path, `id="` + o.OperationID + `"`, o.Summary} {
			if !strings.Contains(page, part) {
				t.Errorf("the page doesn't show %s", part)
			}
		}
	}
	for code := range kinds {
		if !strings.Contains(page, `id="`+string(code)+`"`) {
			t.Errorf("a problem document of the code %s leads nowhere", code)
		}
	}
	for _, target := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if id, inner := strings.CutPrefix(target[1], "#"); inner && !strings.Contains(page, `id="`+id+`"`) || !inner && target[1] != "openapi.json" {
			t.Errorf("the page leads to %s", target[1])
		}
	}
	for _, part := range []string{"<script", "<link", "<img", " style=", " onload"} {
		if strings.Contains(page, part) {
			t.Errorf("the page holds %s", part)
		}
	}
}

func TestN23ThePageMayDoNothing(t *testing.T) {
	w := get(t, "/api/v1/")
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(w.Body.String())
	sum := sha256.Sum256([]byte(style[1]))
	rules := w.Header().Get("Content-Security-Policy")
	for _, rule := range []string{
		"default-src 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", "form-action 'none'",
		"base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'",
	} {
		if !slices.Contains(strings.Split(rules, "; "), rule) {
			t.Errorf("%s is missing in %s", rule, rules)
		}
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTheAddressWithoutASlashLeadsToThePage(t *testing.T) {
	w := httptest.NewRecorder()
	New(Deps{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1", nil))
	if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/api/v1/" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
