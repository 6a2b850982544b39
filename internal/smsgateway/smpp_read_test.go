package smsgateway

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
	"pgregory.net/rapid"

	"latchkey/internal/messaging"
)

// Whatever octets a message centre sends, they are read or refused, and what is read can be told as text or receipt.
func FuzzDelivery(f *testing.F) {
	for _, seed := range []string{
		"", "00", "0001013135353530313939303030000101313535353031303030303000040000000000000000026869",
		"000101310001013200400000000000010008" + "0006050003070201" + "41", "000101310001013200040000000000000000" + "00" + "001e000237000427000102",
		"0001013100010132000000000000000800" + "03" + "d83d41", "00010131000101320000000000000000f100" + "021b65" + "020c0002000702" + "0e000102020f000101",
	} {
		octets, err := hex.DecodeString(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(octets, false)
		f.Add(octets, true)
	}
	f.Fuzz(func(t *testing.T, body []byte, dataSM bool) {
		command := data.DELIVER_SM
		if dataSM {
			command = data.DATA_SM
		}
		d, err := readDelivery(frame{command: command, body: body})
		if err != nil {
			return
		}
		for _, alphabet := range []string{AlphabetGSM7, AlphabetLatin1} {
			if d.letters(alphabet) == "" && len(d.text) > 1 {
				t.Errorf("%x of data_coding %#x reads as nothing", d.text, d.coding)
			}
			if r := d.receipt(alphabet); r.State == "" {
				t.Error("a receipt without a state")
			}
		}
		if _, place := d.part(); place.of < 0 || place.number < 0 {
			t.Errorf("part %+v", place)
		}
	})
}

// What we write, the library reads as we meant it.
func TestWhatIsSubmittedReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := DefaultSMPP()
		if err != nil {
			t.Fatal(err)
		}
		part := messaging.Part{
			From: rapid.StringMatching(`\+[0-9]{9,15}|[0-9]{3,8}|[A-Z][a-z]{1,10}`).Draw(t, "from"),
			To:   rapid.StringMatching(`\+[0-9]{9,15}`).Draw(t, "to"), Coding: messaging.GSM7, Number: 1, Of: 1,
			UserData: rapid.SliceOfN(rapid.ByteRange(0, 127), 1, 153).Draw(t, "septets"),
		}
		if rapid.Bool().Draw(t, "tied") {
			part.Header, part.Of = []byte{5, 0, 3, rapid.Byte().Draw(t, "reference"), 2, 1}, 2
		}
		now := time.Unix(1_800_000_000, 0)
		part.ExpiresAt = now.Add(time.Duration(rapid.Int64Range(1, int64(90*24*time.Hour)).Draw(t, "life")))
		sm, err := s.submitSM(part, now)
		if err != nil {
			t.Fatal(err)
		}
		read := pdu.NewSubmitSM().(*pdu.SubmitSM)
		if err := read.Unmarshal(pdu.NewBuffer(encode(sm, data.ESME_ROK))); err != nil {
			t.Fatal(err)
		}
		octets, err := read.Message.GetMessageData()
		if diff := cmp.Diff(part.UserData, octets); diff != "" || err != nil || len(read.ValidityPeriod) != 16 {
			t.Errorf("%v, validity %q (-want +got):\n%s", err, read.ValidityPeriod, diff)
		}
		if got := written(read.DestAddr); got != part.To {
			t.Errorf("to %q reads back as %q", part.To, got)
		}
		if got := written(read.SourceAddr); got != part.From {
			t.Errorf("from %q reads back as %q", part.From, got)
		}
	})
}

func TestP12SizesOfFields(t *testing.T) {
	good, err := DefaultSMPP()
	if err != nil {
		t.Fatal(err)
	}
	good.Address, good.SystemID, good.Password = "centre.example:2775", "fifteen-letters", "sixteen-letters!"
	if got := good.mistakes(); len(got) > 0 {
		t.Errorf("good settings have mistakes: %+v", got)
	}
	for key, spoil := range map[string]func(*SMPPSettings){
		"system_id":        func(s *SMPPSettings) { s.SystemID += "x" },
		"password":         func(s *SMPPSettings) { s.Password += "x" },
		"system_type":      func(s *SMPPSettings) { s.SystemType = "thirteen-long" },
		"service_type":     func(s *SMPPSettings) { s.ServiceType = "sixsix" },
		"address":          func(s *SMPPSettings) { s.Address = "centre.example" },
		"window":           func(s *SMPPSettings) { s.Window = 0 },
		"ca_file":          func(s *SMPPSettings) { s.CAFile = "ca.pem" },
		"bind":             func(s *SMPPSettings) { s.Bind = "both" },
		"alphabet":         func(s *SMPPSettings) { s.Alphabet = "ebcdic" },
		"long":             func(s *SMPPSettings) { s.Long = "cut" },
		"validity":         func(s *SMPPSettings) { s.Validity = "for ever" },
		"source_numbering": func(s *SMPPSettings) { s.SourceNumbering = "1" },
		"dest_numbering":   func(s *SMPPSettings) { s.DestNumbering = "300/1" },
		"enquire_every":    func(s *SMPPSettings) { s.EnquireEvery = 0 },
		"rebind_to":        func(s *SMPPSettings) { s.RebindTo = time.Millisecond },
	} {
		bad := good
		spoil(&bad)
		if got := bad.mistakes(); len(got) != 1 || got[0].Key != key {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

func TestP2WaitsGrowAndDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := backoff{from: time.Second, to: time.Minute}
		chance := func(n int64) int64 { return rapid.Int64Range(0, n-1).Draw(t, "chance") }
		most := time.Second
		for range 10 {
			wait := b.next(chance, false)
			most = min(2*most, time.Minute)
			if wait < time.Second || wait > most+time.Second || wait > time.Minute {
				t.Errorf("a wait of %v, at most %v", wait, most)
			}
		}
		refused := backoff{from: time.Second, to: time.Minute}
		if got := refused.next(func(n int64) int64 { return n - 1 }, true); got != time.Minute {
			t.Errorf("after a refused login the wait may be %v", got)
		}
	})
}
