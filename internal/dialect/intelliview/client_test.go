package intelliview

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// envelope is a SOAP answer as a client sees it: the inner document is text.
type envelope struct {
	Body struct {
		Response struct {
			Result string `xml:",any"`
		} `xml:",any"`
	}
}

// node is an element of the inner document.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
}

// attr gives an attribute, empty when it is absent.
func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all gives the elements of a name, at any depth.
func (n node) all(name string) []node {
	var found []node
	for _, child := range n.Children {
		if child.XMLName.Local == name {
			found = append(found, child)
		}
		found = append(found, child.all(name)...)
	}
	return found
}

// child gives the element of a name right below, a zero one when there is none.
func (n node) child(name string) node {
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			return c
		}
	}
	return node{}
}

// message gives the id of the message, empty for a read that went well.
func (n node) message() messageID { return messageID(n.child("Message").attr("ID")) }

// fields are parameters of a call, name and value in turn; values are markup, which text makes.
type fields []string

// text is a value written as it is meant.
func text(value string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(value))
	return b.String()
}

// raw calls an operation over SOAP 1.1 and gives the inner document as it came.
func (w *world) raw(operation string, parameters fields) string {
	w.t.Helper()
	var body strings.Builder
	for i := 0; i+1 < len(parameters); i += 2 {
		body.WriteString("<" + parameters[i] + ">" + parameters[i+1] + "</" + parameters[i] + ">")
	}
	r := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><`+operation+` xmlns="`+Namespace+`">`+
			body.String()+`</`+operation+`></soap:Body></soap:Envelope>`))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+Namespace+operation+`"`)
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", operation, answer.Code, answer.Body)
	}
	var read envelope
	w.must(xml.Unmarshal(answer.Body.Bytes(), &read))
	return read.Body.Response.Result
}

// call calls an operation and parses the inner document.
func (w *world) call(operation string, parameters ...string) node {
	w.t.Helper()
	var document node
	w.must(xml.Unmarshal([]byte(w.raw(operation, parameters)), &document))
	return document
}

// session is a session as a client holds it.
type session struct{ token, company string }

// initialize tries to open a session.
func (w *world) initialize(company, user, secret, timeout string) node {
	w.t.Helper()
	return w.call("ivnInitializeSession", "CompanyShortName", company, "UserName", text(user), "Password", text(secret),
		"Timeout", timeout, "AuthType", "1", "ApplicationType", "1")
}

// open opens a session of somebody whose password is hills.
func (w *world) open(company, user, timeout string) session {
	w.t.Helper()
	answer := w.initialize(company, user, hills, timeout)
	w.wants(answer, opened)
	return session{answer.child("Session").attr("Token"), answer.child("Company").attr("ID")}
}

// in calls an operation in a session, for the session's own company.
func (w *world) in(s session, operation string, parameters ...string) node {
	w.t.Helper()
	return w.call(operation, append([]string{"SessionToken", s.token, "CompanyID", s.company}, parameters...)...)
}

// alive reports whether a session still admits.
func (w *world) alive(s session) bool {
	w.t.Helper()
	return w.in(s, "ivnGetGroupDetails").message() != badSession
}

// wants asserts that an answer is a message of one id.
func (w *world) wants(answer node, id messageID) {
	w.t.Helper()
	if got := answer.message(); got != id || answer.child("Response").attr("Message") != messages[id].text {
		w.t.Fatalf("message %q (%s), want %q", got, answer.child("Response").attr("Message"), id)
	}
}

// wantsRead asserts that a read went well.
func (w *world) wantsRead(answer node) {
	w.t.Helper()
	if got := answer.message(); got != "" {
		w.t.Fatalf("message %q", got)
	}
}

// names gives an attribute of each element of a name.
func names(answer node, element, attribute string) string {
	var all []string
	for _, n := range answer.all(element) {
		all = append(all, n.attr(attribute))
	}
	return strings.Join(all, " ")
}

// Public clients read the answer of ivnInitializeSession in three ways (findings, How real clients use it).
func TestTheThreeWaysOfPublicClients(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	document := w.raw("ivnInitializeSession", fields{
		"CompanyShortName", "ACME", "UserName", "ann", "Password", hills, "Timeout", "0", "AuthType", "1", "ApplicationType", "1",
		"Language", "English", "ExtraParam", " ",
	})
	if !strings.HasPrefix(document, "<ResponseMessage>") {
		t.Errorf("something stands before the root in %q", document)
	}
	w.run("walking the children of ResponseMessage", func() {
		var root node
		w.must(xml.Unmarshal([]byte(document), &root))
		token, company := "", ""
		for _, child := range root.Children {
			switch child.XMLName.Local {
			case "Session":
				token = child.attr("Token")
			case "Company":
				company = child.attr("ID")
			}
		}
		if !w.alive(session{token, company}) {
			w.t.Errorf("token %q and company %q open nothing", token, company)
		}
	})
	w.run("looking for //ResponseMessage/Session", func() {
		var root struct {
			XMLName xml.Name `xml:"ResponseMessage"`
			Session []struct {
				Token string `xml:"Token,attr"`
			}
			Company []struct {
				ID string `xml:"ID,attr"`
			}
		}
		w.must(xml.Unmarshal([]byte(document), &root))
		if len(root.Session) != 1 || len(root.Company) != 1 || !w.alive(session{root.Session[0].Token, root.Company[0].ID}) {
			w.t.Errorf("found %+v", root)
		}
	})
	w.run("ignoring the company id and sending one of its own", func() {
		var root node
		w.must(xml.Unmarshal([]byte(document), &root))
		token := root.child("Session").attr("Token")
		w.wantsRead(w.in(session{token, "1002"}, "ivnGetGroupDetails"))
		w.wants(w.in(session{token, "23"}, "ivnGetGroupDetails"), badCompanyID)
	})
	w.run("going on with an empty token after an error", func() {
		refused := w.initialize("ACME", "ann", "wrong", "0")
		w.wants(refused, badLogin)
		w.wants(w.in(session{refused.child("Session").attr("Token"), "0"}, "ivnGetGroupDetails"), badSession)
	})
}
