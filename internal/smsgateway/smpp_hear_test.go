package smsgateway_test

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/messaging"
	"latchkey/internal/smsgateway"
	"latchkey/internal/smsgateway/smsctest"
)

func TestP10ReceiptsAreReadInEitherForm(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		for _, form := range []string{"tlv", "text", "both"} {
			t.Run(form, func(t *testing.T) {
				r := run(t, centre)
				centre.Behave(smsctest.Behaviour{Receipts: form})
				id := r.send(messaging.Taken, text(t, 3, "Hello, receipt by "+form)).ProviderID
				r.await("the receipt", func() bool { return len(r.heardReports()) > 0 })
				// Otherwise it would come again, to the gateway of the next form.
				r.await("its answer to arrive", func() bool { return centre.Stats().Waiting == 0 })
				want := messaging.Report{
					Gateway: "centre", ProviderID: id, State: messaging.Delivered,
					From: "+15550100000", To: "+15550199000", TextStart: "Hello, receipt by te", Code: "000",
				}
				switch form {
				case "tlv":
					want.TextStart, want.Code = "", ""
				case "both":
					want.TextStart = "Hello, receipt by bo"
				}
				got := r.heardReports()[0]
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(messaging.Report{}, "At")); diff != "" {
					t.Errorf("the receipt (-want +got):\n%s", diff)
				}
				if got.At.IsZero() {
					t.Error("the receipt has no time")
				}
			})
		}
	})
}

func TestP11IDsArePassedOnAsWritten(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		centre.Behave(smsctest.Behaviour{Receipts: "both", ReceiptBase: "hex"})
		id, err := strconv.Atoi(r.send(messaging.Taken, text(t, 3, "in another base")).ProviderID)
		if err != nil {
			t.Fatal(err)
		}
		r.await("the receipt", func() bool { return len(r.heardReports()) > 0 })
		if got, want := r.heardReports()[0].ProviderID, strings.ToUpper(strconv.FormatInt(int64(id), 16)); got != want {
			t.Errorf("the receipt's id is %q, want %q", got, want)
		}
	})
}

func TestAReceiptThatIsNotKeptIsSaidAgain(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		r.refuseNext(3)
		centre.Behave(smsctest.Behaviour{Receipts: "text"})
		r.send(messaging.Taken, text(t, 3, "say it again"))
		r.await("the receipt", func() bool { return len(r.heardReports()) > 0 })
		await(t, "the answer", func() bool { return centre.Stats().Receipts == 1 })
		if got := centre.Stats(); got.RefusedReceipts != 3 {
			t.Errorf("the message centre saw %+v", got)
		}
	})
}

func TestAReceiptNamesThePartByItsReference(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Reference = true })
		centre.Behave(smsctest.Behaviour{Receipts: "tlv"})
		centre.Next("cut_before")
		p := text(t, 70_001, "taken, and the answer is lost")
		p.Number, p.Of = 2, 3
		r.send(messaging.InDoubt, p)
		r.await("the receipt", func() bool { return len(r.heardReports()) > 0 })
		if got := r.heardReports()[0]; got.Message != 70_001 || got.Number != 2 || got.State != messaging.Delivered {
			t.Errorf("the receipt: %+v", got)
		}
	})
	t.Run("or the whole text, where the message centre splits it", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Reference, s.Long = true, smsgateway.LongByPayload })
		centre.Behave(smsctest.Behaviour{Receipts: "tlv"})
		r.send(messaging.Taken, text(t, 70_002, strings.Repeat("long ", 60)))
		r.await("the receipt", func() bool { return len(r.heardReports()) > 0 })
		if got := r.heardReports()[0]; got.Message != 70_002 || got.Number != 0 {
			t.Errorf("the receipt: %+v", got)
		}
	})
}

func TestReceiptsTwiceAndOutOfOrderAreAllPassedOn(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	centre.Behave(smsctest.Behaviour{Receipts: "both", ReceiptSteps: true, ReceiptShuffle: true, ReceiptTwice: true})
	r.send(messaging.Taken, text(t, 3, "much ado"))
	r.await("four receipts", func() bool { return len(r.heardReports()) == 4 })
	var states []messaging.State
	for _, report := range r.heardReports() {
		states = append(states, report.State)
	}
	want := []messaging.State{messaging.Delivered, messaging.Submitted, messaging.Delivered, messaging.Submitted}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestStatesOfReceipts(t *testing.T) {
	centre := smsctest.Start(t, smsctest.Node())
	r := run(t, centre)
	for _, c := range []struct {
		number int
		word   string
		want   messaging.State
	}{
		{1, "ENROUTE", messaging.Submitted},
		{2, "DELIVRD", messaging.Delivered},
		{3, "EXPIRED", messaging.Expired},
		{4, "DELETED", messaging.Failed},
		{5, "UNDELIV", messaging.Failed},
		{6, "ACCEPTD", messaging.Submitted},
		{7, "UNKNOWN", messaging.Unknown},
		{8, "REJECTD", messaging.Failed},
		{99, "WHATEVER", messaging.Unknown},
	} {
		deliver := func(d smsctest.Delivery) messaging.Report {
			d.From, d.To = "15550199000", "15550100000"
			before := len(r.heardReports())
			if status, err := centre.Deliver(d); status != 0 || err != nil {
				t.Fatalf("the answer: %d, %v", status, err)
			}
			return r.heardReports()[before]
		}
		byText := deliver(smsctest.Delivery{
			Hex:  hex.EncodeToString([]byte("id:0A9 sub:001 dlvrd:001 submit date:2611220100 done date:2611220101 stat:" + c.word + " err:0x17 text:id:5 stat:X")),
			More: map[string]any{"esm_class": 4},
		})
		if byText.State != c.want || byText.ProviderID != "0A9" || byText.Code != "0x17" || byText.TextStart != "id:5 stat:X" {
			t.Errorf("%s: %+v", c.word, byText)
		}
		byNumber := deliver(smsctest.Delivery{More: map[string]any{
			"esm_class": 4, "receipted_message_id": "77", "message_state": c.number,
		}})
		if byNumber.State != c.want || byNumber.ProviderID != "77" {
			t.Errorf("%d: %+v", c.number, byNumber)
		}
	}
	t.Run("a data_sm may be a receipt too", func(t *testing.T) {
		before := len(r.heardReports())
		status, err := centre.Deliver(smsctest.Delivery{DataSM: true, From: "15550199000", To: "15550100000", More: map[string]any{
			"esm_class": 4, "receipted_message_id": "78", "message_state": 2,
		}})
		if status != 0 || err != nil || len(r.heardReports()) != before+1 || r.heardReports()[before].ProviderID != "78" {
			t.Errorf("the answer: %d, %v; heard %+v", status, err, r.heardReports())
		}
	})
	t.Run("a person cannot write one", func(t *testing.T) {
		before := len(r.heardReports())
		_, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "15550100000", Hex: hex.EncodeToString([]byte("id:1 stat:DELIVRD"))})
		if err != nil || len(r.heardReports()) != before || len(r.heardTexts()) != 1 {
			t.Errorf("%v; texts %+v", err, r.heardTexts())
		}
	})
}

func TestTextsFromPeople(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		r := run(t, centre)
		for _, c := range []struct {
			name, hex, want string
			coding          int
		}{
			{"in the GSM alphabet", "53544f501b65001b3c", "STOP€@[", 0},
			{"in UCS-2", hex.EncodeToString(bigEndian("Стоп 😀")), "Стоп 😀", 8},
			{"in Latin 1", "53f66d65", "Söme", 3},
			{"in ASCII", "7b53544f507d40", "{STOP}@", 1},
			{"with a message class", "5300", "S@", 0xF1},
			{"in an alphabet that nobody knows", "53544f50", "STOP", 5},
			{"without letters", "", "", 0},
		} {
			before := len(r.heardTexts())
			status, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "12345", Coding: c.coding, Hex: c.hex})
			if status != 0 || err != nil {
				t.Fatalf("%s: the answer is %d, %v", c.name, status, err)
			}
			want := messaging.Inbound{Gateway: "centre", From: "+15550199000", To: "12345", Text: c.want}
			if diff := cmp.Diff(want, r.heardTexts()[before], cmpopts.IgnoreFields(messaging.Inbound{}, "At")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		t.Run("one that isn't kept is answered with ESME_RX_T_APPN", func(t *testing.T) {
			r.refuseNext(1)
			before := len(r.heardTexts())
			status, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "12345", Hex: "53544f50"})
			if status != 0x64 || err != nil || len(r.heardTexts()) != before {
				t.Errorf("the answer is %#x, %v", status, err)
			}
		})
	})
	t.Run("data_coding 0 in Latin 1, where the message centre writes it so", func(t *testing.T) {
		centre := smsctest.Start(t, smsctest.Node())
		r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.Alphabet = smsgateway.AlphabetLatin1 })
		if _, err := centre.Deliver(smsctest.Delivery{From: "1555", To: "12345", Hex: "40f6"}); err != nil || r.heardTexts()[0].Text != "@ö" {
			t.Errorf("%v, heard %+v", err, r.heardTexts())
		}
	})
}

func TestLongTextsFromPeopleAreJoined(t *testing.T) {
	eachCentre(t, func(t *testing.T, centre *smsctest.Centre) {
		t.Run("when all parts come, in whichever order", func(t *testing.T) {
			r := run(t, centre, func(s *smsgateway.SMPPSettings) { s.JoinTimeout = time.Minute })
			answers := make(chan int, 3)
			for _, n := range []string{"03", "01", "02"} {
				go func() {
					status, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "12345", UDH: "05000307" + "03" + n, Hex: "4" + n[1:] + "20"})
					if err != nil {
						status = -1
					}
					answers <- status
				}()
			}
			for range 3 {
				if status := <-answers; status != 0 {
					t.Errorf("a part was answered with %d", status)
				}
			}
			if got := r.heardTexts(); len(got) != 1 || got[0].Text != "A B C " {
				t.Errorf("heard %+v", got)
			}
		})
		t.Run("when one is missing, what is here comes singly after a while", func(t *testing.T) {
			r := run(t, centre)
			status, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "12345", UDH: "060804000902" + "02", Hex: "42"})
			if status != 0 || err != nil || len(r.heardTexts()) != 1 || r.heardTexts()[0].Text != "B" {
				t.Errorf("the answer is %d, %v; heard %+v", status, err, r.heardTexts())
			}
		})
		t.Run("a header that makes no sense doesn't lose the text", func(t *testing.T) {
			r := run(t, centre)
			status, err := centre.Deliver(smsctest.Delivery{From: "15550199000", To: "12345", Hex: "ff5354", More: map[string]any{"esm_class": 0x40}})
			if status != 0 || err != nil || len(r.heardTexts()) != 1 || !strings.HasSuffix(r.heardTexts()[0].Text, "ST") {
				t.Errorf("the answer is %d, %v; heard %+v", status, err, r.heardTexts())
			}
		})
	})
}
