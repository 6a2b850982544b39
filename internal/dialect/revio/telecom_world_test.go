package revio

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// client calls the dialect on a world, in a session of one user.
type client struct {
	*world
	http.Handler
	t   *testing.T
	key string
}

// eachEngine runs a test on a world of its own on each engine, for jane of ACME.
func eachEngine(t *testing.T, test func(c *client)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data)
		c := &client{world: w, Handler: w.serve(t, Settings{}), t: t}
		test(c.as("ACME", "jane"))
	})
}

// as gives a client of another user.
func (c *client) as(tenant, user string) *client {
	c.t.Helper()
	other := *c
	other.key = ""
	answer := other.accepted("Sessions_Create", "<Credentials><Username>"+user+"</Username><Password>a long walk over the hills</Password>"+
		"<Client>"+tenant+"</Client></Credentials>")
	other.key = element(answer, "SessionKey")
	return &other
}

// run runs a subtest; within it the client complains to the subtest.
func (c *client) run(name string, f func()) {
	c.t.Helper()
	c.t.Run(name, func(t *testing.T) {
		outer := c.t
		c.t = t
		defer func() { c.t = outer }()
		f()
	})
}

func (c *client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// call sends a request with this content behind the session, and gives the answer.
func (c *client) call(operation, content string) (status int, body string) {
	c.t.Helper()
	if c.key != "" {
		content = "<Session><SessionKey>" + c.key + "</SessionKey></Session>" + content
	}
	envelope := `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<soap:Body><` + operation + ` xmlns="` + Namespace + `"><Request>` + content + `</Request></` + operation + `></soap:Body></soap:Envelope>`
	request := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(envelope))
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"`+Namespace+`/`+operation+`"`)
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

// accepted expects success and gives what stands behind the header.
func (c *client) accepted(operation, content string) string {
	c.t.Helper()
	status, body := c.call(operation, content)
	if status != http.StatusOK || element(body, "Success") != "true" {
		c.t.Fatalf("%s %s: status %d\n%s", operation, content, status, body)
	}
	_, result, _ := strings.Cut(body, "</Header>")
	result, _, _ = strings.Cut(result, "</"+operation+"Result>")
	return result
}

// refused expects a refusal with exactly this code and its description, and that nothing at all has changed. It gives the
// message.
func (c *client) refused(code, operation, content string) string {
	c.t.Helper()
	before := c.contents()
	status, body := c.call(operation, content)
	want := fmt.Sprintf("<Impersonated>false</Impersonated><Error_Code>%s</Error_Code><Error_Description>%s</Error_Description></Header>",
		code, descriptions[code])
	if code == "" {
		want = "<Impersonated>false</Impersonated></Header>"
	}
	message := element(body, "Message")
	if status != http.StatusOK || element(body, "Success") != "false" || message == "" || !strings.Contains(body, want) {
		c.t.Errorf("%s %s: status %d, want %s\n%s", operation, content, status, want, body)
	}
	if diff := cmp.Diff(before, c.contents()); diff != "" {
		c.t.Errorf("%s %s: a refusal changed something (-before +after):\n%s", operation, content, diff)
	}
	return message
}

// unread expects the fault of a request that cannot be read, with this reason in it, and that nothing at all has changed
// (rules A-10).
func (c *client) unread(reason, operation, content string) {
	c.t.Helper()
	before := c.contents()
	status, body := c.call(operation, content)
	if status != http.StatusInternalServerError || !strings.Contains(body, "Server was unable to read request. ---&gt; ") ||
		!strings.Contains(body, reason) {
		c.t.Errorf("%s %s: status %d, want a fault with %q\n%s", operation, content, status, reason, body)
	}
	if diff := cmp.Diff(before, c.contents()); diff != "" {
		c.t.Errorf("%s %s: a fault changed something (-before +after):\n%s", operation, content, diff)
	}
}

// contents gives every row of the store, as its archive holds them.
func (c *client) contents() []string {
	c.t.Helper()
	var archive bytes.Buffer
	c.must(c.store.Export(context.Background(), &archive))
	unpacked, err := gzip.NewReader(&archive)
	c.must(err)
	text, err := io.ReadAll(unpacked)
	c.must(err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[1 : len(lines)-1] // the first counts, which numbers were used up too, and the last is a checksum
}

// element gives the text of the first element of a name; empty when there is none.
func element(body, name string) string {
	_, rest, _ := strings.Cut(body, "<"+name+">")
	text, _, _ := strings.Cut(rest, "</"+name+">")
	return text
}

// elements gives the texts of all elements of a name.
func elements(body, name string) []string {
	var texts []string
	for _, part := range strings.Split(body, "<"+name+">")[1:] {
		text, _, _ := strings.Cut(part, "</"+name+">")
		texts = append(texts, text)
	}
	return texts
}

// ada is a customer that can be created.
func ada() telecom.Customer {
	return telecom.Customer{Class: telecom.Residential, Physical: &catalogue.Address{
		FirstName: "Ada", LastName: "Byrd", Address1: "1 Main St", City: "Macon", State: "GA", Zip: "31201",
	}}
}

// acme is an operator who works on ACME's records.
func (c *client) acme() access.Principal {
	c.t.Helper()
	return c.operator(c.t, "ACME")
}

// add creates a customer of ACME; order may be nil.
func (c *client) add(customer telecom.Customer, order *telecom.NewOrder) telecom.Created {
	c.t.Helper()
	created, err := c.telecom.Customers.Create(c.t.Context(), c.acme(), customer, nil, order)
	c.must(err)
	return created
}

// place places an order of ACME.
func (c *client) place(o telecom.Order) telecom.Order {
	c.t.Helper()
	placed, err := c.telecom.Orders.Place(c.t.Context(), c.acme(), o)
	c.must(err)
	return placed
}

// complete completes an order of ACME.
func (c *client) complete(id telecom.OrderID) {
	c.t.Helper()
	_, err := c.telecom.Orders.Change(c.t.Context(), c.acme(), id, telecom.OrderEdit{Status: pointer(telecom.Complete)})
	c.must(err)
}

// live creates a customer of ACME with a service of the package 201, and completes its order.
func (c *client) live(customer telecom.Customer) telecom.Created {
	c.t.Helper()
	created := c.add(customer, &telecom.NewOrder{Package: 201})
	c.complete(created.Orders[0].ID)
	return created
}

// closed creates a customer who had a service and is closed, while an order is still open.
func (c *client) closed(customer telecom.Customer) (created telecom.Created, open telecom.Order) {
	c.t.Helper()
	created = c.live(customer)
	open = c.place(telecom.Order{Customer: created.Customer.ID, Type: telecom.OrderChangeFeature, Lines: []telecom.OrderLine{{
		Service: created.Services[0].ID, Action: telecom.ChangeLine,
		Products: []telecom.OrderProduct{{Action: telecom.AddProduct, Product: 104, Quantity: 1}},
	}}})
	c.complete(c.place(telecom.Order{Customer: created.Customer.ID, Type: telecom.OrderDisconnect}).ID)
	return created, open
}

// item adds an inventory item of ACME.
func (c *client) item(i telecom.InventoryItem) telecom.InventoryItem {
	c.t.Helper()
	added, err := c.telecom.Inventory.Add(c.t.Context(), c.acme(), i, nil)
	c.must(err)
	return added
}

// members gives the words of an enumeration without those that a test leaves out.
func members(words []string, without ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return slices.Contains(without, word) })
}
