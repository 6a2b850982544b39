package drill

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// caller calls a server as clients do. It is safe for concurrent use.
type caller struct {
	http *http.Client
	url  string
	demo map[string]string // names and passwords of the demo data
}

// refusal is an answer that says no. Any other error of a call is a call without an answer, of which nobody knows whether
// it happened.
type refusal struct{ operation, answer string }

// shownAnswer is how much of an answer is shown that is not in the form of a refusal.
const shownAnswer = 200

// Error says what was refused, and why.
func (r *refusal) Error() string {
	why := strings.TrimSpace(content(r.answer, "Error_Code") + " " + content(r.answer, "Message"))
	if why == "" {
		why = r.answer[:min(len(r.answer), shownAnswer)]
	}
	return r.operation + " was refused: " + why
}

// revio calls an operation of Rev.io and gives the answer when it says Success.
func (c *caller) revio(ctx context.Context, operation, request string) (string, error) {
	answer, err := c.soap(ctx, operation, "/v20/default.asmx", "http://api.myh2o.com/v20/"+operation, "",
		"<"+operation+` xmlns="http://api.myh2o.com/v20"><Request>`+request+"</Request></"+operation+">")
	if err == nil && content(answer, "Success") != "true" {
		err = &refusal{operation, answer}
	}
	return answer, err
}

// credentials are those of the first user of the demo data.
func (c *caller) credentials() string {
	return "<Credentials>" + element("Username", c.demo["REVIO_USERNAME"]) + element("Password", c.demo["REVIO_PASSWORD"]) +
		element("Client", c.demo["REVIO_CLIENT"]) + "</Credentials>"
}

func session(key string) string { return "<Session>" + element("SessionKey", key) + "</Session>" }

// open opens a session and gives its key.
func (c *caller) open(ctx context.Context) (key string, err error) {
	answer, err := c.revio(ctx, "Sessions_Create", c.credentials())
	return content(answer, "SessionKey"), err
}

// live tells whether a session is one.
func (c *caller) live(ctx context.Context, key string) (bool, error) {
	answer, err := c.soap(ctx, "Sessions_Validate", "/v20/default.asmx", "http://api.myh2o.com/v20/Sessions_Validate", "",
		`<Sessions_Validate xmlns="http://api.myh2o.com/v20"><Request>`+session(key)+"</Request></Sessions_Validate>")
	if err != nil {
		return false, err
	}
	switch content(answer, "Error_Code") {
	case "":
		return content(answer, "Success") == "true", nil
	case "S2004": // an unknown session
		return false, nil
	default:
		return false, &refusal{"Sessions_Validate", answer}
	}
}

// token gets a login token over SOS Online Backup.
func (c *caller) token(ctx context.Context) (string, error) {
	const operation = "GetAuthorizationTokenByEntity"
	answer, err := c.soap(ctx, operation, "/WebApi/AccountManagementService/AccountManagementService.asmx", "sosonlinebackup.com/"+operation,
		`<soap:Header><AuthHeader xmlns="sosonlinebackup.com">`+element("UserName", c.demo["SOS_USERNAME"])+
			element("Password", c.demo["SOS_PASSWORD"])+"</AuthHeader></soap:Header>",
		"<"+operation+` xmlns="sosonlinebackup.com"><request>`+element("Username", c.demo["SOS_BACKUP_ACCOUNT"])+
			"<IsAppUser>false</IsAppUser></request></"+operation+">")
	token := content(answer, "AuthToken")
	if err == nil && token == "" {
		err = &refusal{operation, answer}
	}
	return token, err
}

// What can become of a login token that is offered.
type offered int

const (
	letIn offered = iota + 1
	usedBefore
	neverIssued
)

// redeem offers a login token as a portal does.
func (c *caller) redeem(ctx context.Context, token string) (offered, error) {
	offer, err := json.Marshal(map[string]string{"token": token})
	if err != nil {
		return 0, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/login-tokens/redeem", bytes.NewReader(offer))
	if err != nil {
		return 0, err
	}
	post.Header.Set("Content-Type", "application/json")
	post.SetBasicAuth(c.demo["SOS_USERNAME"], c.demo["SOS_PASSWORD"])
	status, answer, err := c.send(post)
	switch {
	case err != nil:
		return 0, err
	case status == http.StatusOK:
		return letIn, nil
	case strings.Contains(answer, `"login_token_used"`):
		return usedBefore, nil
	case strings.Contains(answer, `"no_such_login_token"`):
		return neverIssued, nil
	default:
		return 0, &refusal{"redeem", answer}
	}
}

// soap sends an envelope and gives the answer, which has to be an ordinary one.
func (c *caller) soap(ctx context.Context, operation, path, action, header, body string) (string, error) {
	envelope := `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">` +
		header + "<soap:Body>" + body + "</soap:Body></soap:Envelope>"
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, strings.NewReader(envelope))
	if err != nil {
		return "", err
	}
	post.Header.Set("Content-Type", "text/xml; charset=utf-8")
	post.Header.Set("SOAPAction", `"`+action+`"`)
	status, answer, err := c.send(post)
	if err == nil && status != http.StatusOK {
		err = &refusal{operation, fmt.Sprintf("status %d: %s", status, answer)}
	}
	return answer, err
}

func (c *caller) send(request *http.Request) (status int, answer string, err error) {
	response, err := c.http.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// element writes text as the content of an element.
func element(name, text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // into memory
	return "<" + name + ">" + escaped.String() + "</" + name + ">"
}

// content gives the text of the first element of a name; empty when there is none. What the drills look for holds nothing
// that is escaped.
func content(answer, name string) string {
	_, behind, found := strings.Cut(answer, "<"+name+">")
	text, _, ended := strings.Cut(behind, "<")
	if !found || !ended {
		return ""
	}
	return text
}
