package smsctest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"
	"unicode/utf16"

	"latchkey/internal/storage/storetest"
)

// Where Debian puts Kannel's programs.
const (
	bearerbox = "/usr/sbin/bearerbox"
	smsbox    = "/usr/sbin/smsbox"
	fakesmsc  = "/usr/lib/kannel/test/fakesmsc"
)

// Kannel is a running Kannel, an SMS gateway with a web interface: bearerbox and smsbox, with its own fakesmsc in the place
// of a network.
type Kannel struct {
	URL string // of sendsms

	t         testing.TB
	networkAt string // the port where fakesmsc connects
	smsbox    *program
	network   *program
	said      []string // what networks before said
}

// KannelTold is what Kannel needs to know of who uses it.
type KannelTold struct {
	User, Password string
	GetURL         string // where texts from people go, with what stands behind it
}

// StartKannel runs a Kannel that ends with the test. Without the programs the test is skipped by name, and fails in CI.
func StartKannel(t testing.TB, told KannelTold) *Kannel {
	t.Helper()
	storetest.Tool(t, "kannel")
	ports := freePorts(t, 4)
	config := writeConfig(t, map[string]string{
		"Admin": ports[0], "Boxes": ports[1], "Network": ports[2], "SendSMS": ports[3], "Folder": t.TempDir(),
		"User": told.User, "Password": told.Password, "GetURL": told.GetURL,
	})
	k := &Kannel{t: t, URL: "http://127.0.0.1:" + ports[3] + "/cgi-bin/sendsms", networkAt: ports[2]}
	startProgram(t, bearerbox, "-v", "1", config)
	awaitPort(t, ports[1])
	awaitPort(t, ports[2])
	k.smsbox = startProgram(t, smsbox, "-v", "1", config)
	awaitPort(t, ports[3])
	return k
}

// writeConfig fills in the configuration that lies beside this file.
func writeConfig(t testing.TB, values map[string]string) (path string) {
	t.Helper()
	pattern, err := template.ParseFiles(filepath.Join(root(t), "internal", "smsgateway", "smsctest", "testdata", "kannel.conf"))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := pattern.Option("missingkey=error").Execute(&text, values); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(values["Folder"], "kannel.conf")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Network connects a network that says nothing. It takes what is sent, and Kannel's receipts say so.
func (k *Kannel) Network() {
	k.t.Helper()
	k.connect("-m", "0", "1 2 text nothing")
}

// Say has a person send a text, over a network of its own that stays; letters outside of ASCII stand for themselves.
func (k *Kannel) Say(from, to, text string) {
	k.t.Helper()
	k.connect("-m", "1", "-i", "0.01", fmt.Sprintf("%s %s data %s", from, to, url.QueryEscape(text)))
}

// SayUCS2 is Say for a text that the telephone wrote in UCS-2.
func (k *Kannel) SayUCS2(from, to, text string) {
	k.t.Helper()
	var octets []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		octets = append(octets, byte(unit>>8), byte(unit))
	}
	k.connect("-m", "1", "-i", "0.01", fmt.Sprintf("%s %s ucs2 %s", from, to, url.QueryEscape(string(octets))))
}

// connect puts a network in place of the one before: fakesmsc says at its start what it has to say, and Kannel knows
// one at a time.
func (k *Kannel) connect(arguments ...string) {
	k.t.Helper()
	if k.network != nil {
		k.network.end()
		k.said = append(k.said, k.network.output.String())
	}
	k.network = startProgram(k.t, fakesmsc, append([]string{"-H", "127.0.0.1", "-r", k.networkAt}, arguments...)...)
}

// Sent is what the network was given so far, one text in a line, such as <sender receiver text letters>.
func (k *Kannel) Sent() string {
	all := strings.Join(k.said, "")
	if k.network != nil {
		all += k.network.output.String()
	}
	var b strings.Builder
	for line := range strings.Lines(all) {
		if _, text, ok := strings.Cut(line, "Got message "); ok {
			b.WriteString(text)
		}
	}
	return b.String()
}

// Kill ends the part of Kannel that has the web interface, in the middle of whatever it does.
func (k *Kannel) Kill() { k.smsbox.end() }

// program is one that runs in the foreground until the test ends it.
type program struct {
	command *exec.Cmd
	output  *output
	once    sync.Once
}

func startProgram(t testing.TB, name string, arguments ...string) *program {
	t.Helper()
	p := &program{command: exec.Command(name, arguments...), output: &output{}}
	p.command.Stdout, p.command.Stderr = p.output, p.output
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.end()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(name), p.output.tail())
		}
	})
	return p
}

// end kills this very process and waits for it.
func (p *program) end() {
	p.once.Do(func() {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	})
}

// output keeps what a program says.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String is all of it.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) tail() string {
	const most = 4000
	text := o.String()
	return text[max(0, len(text)-most):]
}

// freePorts finds ports of this machine that nobody listens at. Kannel can't choose its own. They lie below those that
// the system gives to connections, which come and go meanwhile.
func freePorts(t testing.TB, n int) []string {
	t.Helper()
	const from, to, tries = 20_000, 32_000, 1000
	var ports []string
	for range tries {
		port := strconv.Itoa(from + rand.IntN(to-from))
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		defer listener.Close() // only then, so that none is found twice
		if ports = append(ports, port); len(ports) == n {
			return ports
		}
	}
	t.Fatal("there are no free ports")
	return nil
}

// awaitPort waits until something listens. It connects, and leaves at once.
func awaitPort(t testing.TB, port string) {
	t.Helper()
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var conn net.Conn
		if conn, err = net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = conn.Close()
			return
		}
	}
	t.Fatal(errors.Join(errors.New("Kannel doesn't listen"), err))
}
