package crash_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"latchkey/test/binary"
)

// caller speaks to one server over one kept connection, in envelopes written by hand.
type caller struct {
	http                       *http.Client
	address                    string
	username, password, tenant string
}

func newCaller(server *binary.Server) *caller {
	return &caller{
		http:     &http.Client{Transport: &http.Transport{}, Timeout: binary.Patience},
		address:  server.Setting("LATCHKEY_URL") + "/v20/default.asmx",
		username: server.Setting("REVIO_USERNAME"),
		password: server.Setting("REVIO_PASSWORD"),
		tenant:   server.Setting("REVIO_CLIENT"),
	}
}

// create opens a session and gives its key.
func (c *caller) create() (key string, err error) {
	answer, err := c.call("Sessions_Create", "<Credentials>"+
		element("Username", c.username)+element("Password", c.password)+element("Client", c.tenant)+"</Credentials>")
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`<SessionKey>([^<]+)</SessionKey>`).FindStringSubmatch(answer)
	if found == nil {
		return "", fmt.Errorf("no key in %s", answer)
	}
	return found[1], nil
}

func (c *caller) validate(key string) error {
	_, err := c.call("Sessions_Validate", "<Session>"+element("SessionKey", key)+"</Session>")
	return err
}

// call gives the answer's text when it says Success true.
func (c *caller) call(operation, request string) (answer string, err error) {
	envelope := `<?xml version="1.0" encoding="utf-8"?>` +
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<` + operation + ` xmlns="http://api.myh2o.com/v20"><Request>` + request + `</Request></` + operation + `>` +
		`</soap:Body></soap:Envelope>`
	post, err := http.NewRequest(http.MethodPost, c.address, strings.NewReader(envelope))
	if err != nil {
		return "", err
	}
	post.Header.Set("Content-Type", "text/xml; charset=utf-8")
	post.Header.Set("SOAPAction", `"http://api.myh2o.com/v20/`+operation+`"`)
	response, err := c.http.Do(post)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK || !strings.Contains(string(text), "<Success>true</Success>") {
		return "", fmt.Errorf("%s: %s: %s", operation, response.Status, text)
	}
	return string(text), nil
}

// element writes text as the content of an element.
func element(name, text string) string {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text)
	return "<" + name + ">" + escaped + "</" + name + ">"
}
