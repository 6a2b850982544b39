package browser_test

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The back offices: programs that speak SOAP to the same server, in envelopes written by hand.

// revio calls an operation of Rev.io and gives the answer; request is what stands in its Request element.
func (h *house) revio(t *testing.T, operation, request string) string {
	t.Helper()
	return h.post(t, "/v20/default.asmx", "http://api.myh2o.com/v20/"+operation, "",
		`<`+operation+` xmlns="http://api.myh2o.com/v20"><Request>`+request+`</Request></`+operation+`>`)
}

// credentials is the login of one of the demo users of Rev.io, REVIO or REVIO_TO; more is what stands behind it.
func (h *house) credentials(user, more string) string {
	return "<Credentials>" + element("Username", h.Setting(user+"_USERNAME")) + element("Password", h.Setting(user+"_PASSWORD")) +
		element("Client", h.Setting("REVIO_CLIENT")) + more + "</Credentials>"
}

func session(key string) string { return "<Session>" + element("SessionKey", key) + "</Session>" }

// openSession opens a session over Rev.io and gives its key.
func (h *house) openSession(t *testing.T, credentials string) (key string) {
	t.Helper()
	return content(t, h.revio(t, "Sessions_Create", credentials), "SessionKey")
}

// live tells whether a session of Rev.io still is one.
func (h *house) live(t *testing.T, key string) bool {
	t.Helper()
	return content(t, h.revio(t, "Sessions_Validate", session(key)), "Success") == "true"
}

// token gets a login token over SOS Online Backup, as the demo partner's back office; app is IsAppUser.
func (h *house) token(t *testing.T, user string, app bool) string {
	t.Helper()
	answer := h.post(t, "/WebApi/AccountManagementService/AccountManagementService.asmx", "sosonlinebackup.com/GetAuthorizationTokenByEntity",
		`<soap:Header><AuthHeader xmlns="sosonlinebackup.com">`+element("UserName", h.Setting("SOS_USERNAME"))+
			element("Password", h.Setting("SOS_PASSWORD"))+`</AuthHeader></soap:Header>`,
		`<GetAuthorizationTokenByEntity xmlns="sosonlinebackup.com"><request>`+element("Username", user)+
			element("IsAppUser", strconv.FormatBool(app))+`</request></GetAuthorizationTokenByEntity>`)
	return content(t, answer, "AuthToken")
}

// post sends an envelope and gives the answer, which must be an ordinary one.
func (h *house) post(t *testing.T, path, action, header, body string) string {
	t.Helper()
	envelope := `<?xml version="1.0" encoding="utf-8"?>` +
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">` + header + `<soap:Body>` + body + `</soap:Body></soap:Envelope>`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Setting("LATCHKEY_URL")+path, strings.NewReader(envelope))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"`+action+`"`)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v: %s", action, response.Status, err, answer)
	}
	return string(answer)
}

// element writes text as the content of an element.
func element(name, text string) string {
	return "<" + name + ">" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text) + "</" + name + ">"
}

// content gives the text of the first element of a name.
func content(t *testing.T, answer, name string) string {
	t.Helper()
	found := regexp.MustCompile(`<` + name + `>([^<]*)</` + name + `>`).FindStringSubmatch(answer)
	if found == nil {
		t.Fatalf("no %s in %s", name, answer)
	}
	return found[1]
}
