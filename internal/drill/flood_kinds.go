package drill

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// floods are the kinds there are.
func (f *flood) floods() []evil {
	return []evil{
		{"senders who never finish their headers", 300, f.slowHeaders},
		{"senders who never finish their body", 300, f.slowBody},
		{"bodies of 64 MiB", 8, f.hugeBody},
		{"bodies as large and nested as they may be", 4, f.nested},
		{"wrong logins from ever new addresses", 32, f.wrongLogin},
		{"connections that are held and not used", 3000, f.holdConnection},
	}
}

const soapPath = "/v20/default.asmx"

// dial connects to the server.
func (f *flood) dial(ctx context.Context) (net.Conn, error) {
	address, err := url.Parse(f.server.url)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", address.Host)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, nil
}

// drip is how long a slow sender waits between two bytes.
const drip = 200 * time.Millisecond

// trickle sends one byte after the other until the server ends it.
func trickle(ctx context.Context, conn net.Conn) error {
	for {
		if _, err := conn.Write([]byte("x")); err != nil {
			return errNoAnswer
		}
		if err := pause(ctx, drip); err != nil {
			return err
		}
	}
}

func (f *flood) slowHeaders(ctx context.Context, _ *rand.Rand) error {
	conn, err := f.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST "+soapPath+" HTTP/1.1\r\nHost: drill\r\nX-Slow: "); err != nil {
		return errNoAnswer
	}
	return trickle(ctx, conn)
}

// slowBody sends most of the largest body at once, so that the server holds it, and the rest a byte at a time.
func (f *flood) slowBody(ctx context.Context, _ *rand.Rand) error {
	conn, err := f.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	const whole = 1 << 20
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: drill\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n", soapPath, whole)
	if err == nil {
		_, err = io.Copy(conn, f.line.over(ctx, io.LimitReader(spaces{}, whole-1000)))
	}
	if err != nil {
		return errNoAnswer
	}
	return trickle(ctx, conn)
}

func (f *flood) hugeBody(ctx context.Context, chance *rand.Rand) error {
	const size = 64 << 20
	length := int64(size)
	if chance.IntN(2) == 0 {
		length = -1 // unknown, so it comes in chunks
	}
	return f.post(ctx, io.LimitReader(spaces{}, size), length, "")
}

// spaces never end. What is in p already is as good as any other.
type spaces struct{}

// Read gives all of p.
func (spaces) Read(p []byte) (int, error) { return len(p), nil }

// thickets are messages of nearly a megabyte each that cost most to read.
func thickets() (bodies []string) {
	const size = 1 << 20
	for _, piece := range []string{"<a>", "<a/>", "<a>x</a>", `<a b="c" d="e"/>`} {
		bodies = append(bodies, `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>`+
			strings.Repeat(piece, (size-200)/len(piece)))
	}
	return bodies
}

// nested sends one of them.
func (f *flood) nested(ctx context.Context, chance *rand.Rand) error {
	body := f.thickets[chance.IntN(len(f.thickets))]
	return f.post(ctx, strings.NewReader(body), int64(len(body)), "")
}

// wrongLogin tries a name that is there or one that isn't, each time from another address.
func (f *flood) wrongLogin(ctx context.Context, chance *rand.Rand) error {
	name := f.demo["REVIO_USERNAME"]
	if chance.IntN(2) == 0 {
		name = fmt.Sprintf("nobody%d", chance.IntN(1_000_000))
	}
	body := `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<Sessions_Create xmlns="http://api.myh2o.com/v20"><Request><Credentials>` + element("Username", name) +
		element("Password", "a guess") + element("Client", f.demo["REVIO_CLIENT"]) +
		`</Credentials></Request></Sessions_Create></soap:Body></soap:Envelope>`
	from := fmt.Sprintf("198.%d.%d.%d", 18+chance.IntN(2), chance.IntN(256), chance.IntN(256))
	return f.post(ctx, strings.NewReader(body), int64(len(body)), from)
}

// breath is what one who floods waits between two requests: the point is what the server does, not how
// fast this machine is.
const breath = 10 * time.Millisecond

// post sends a body to the service and reads the answer, whatever it is.
func (f *flood) post(ctx context.Context, body io.Reader, length int64, from string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.server.url+soapPath, f.line.over(ctx, body))
	if err != nil {
		return err
	}
	request.ContentLength = length
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://api.myh2o.com/v20/Sessions_Create"`)
	if from != "" {
		request.Header.Set("X-Forwarded-For", from)
	}
	answer, err := f.server.http.Do(request)
	if err != nil {
		return errNoAnswer
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return pause(ctx, breath)
}

// holdConnection asks for something cheap once, keeps the connection, and notices when the server ends it.
func (f *flood) holdConnection(ctx context.Context, _ *rand.Rand) error {
	conn, err := f.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: drill\r\n\r\n"); err != nil {
		return errNoAnswer
	}
	reader := bufio.NewReader(conn)
	for {
		if _, err := reader.ReadByte(); err != nil {
			return errNoAnswer
		}
	}
}
