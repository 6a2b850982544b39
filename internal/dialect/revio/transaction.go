package revio

import (
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// enum_Type tells a charge from a credit.
type enum_Type string

// Members are those of v20.wsdl.
func (enum_Type) Members() []string { return []string{"CHARGE", "CREDIT"} }

// transactionItem is a charge or a credit.
type transactionItem struct {
	Type              *enum_Type
	ID                *int32
	Amount            *decimal.Decimal `soap:"Amount,scale=4"` // four decimals, as observed (contract.yaml)
	Quantity          *int32
	Description       string
	ProductID         *int32
	ProductTypeID     *int32
	CustomerID        *int32
	LineID            *int32
	CustomerProductID *int32
	DateStart         *soap.DateTime
	DateEnd           *soap.DateTime
	TaxIncluded       *bool
	Prorate           *bool
	AgentID           *int32
	AgentNumber       string
	StatementID       *int32
	CreatedDate       *soap.DateTime
}

type transactionsCreateRequest struct {
	baseRequest
	Transaction *transactionItem
}

type transactionsCreateResponse struct {
	baseResponse[transactionsCreateRequest]
	Transaction *transactionItem
}

// transactionsCreate posts a charge or a credit and answers it as it is stored.
func (d *dialect) transactionsCreate(
	c *soap.Call, caller *access.Caller, req *transactionsCreateRequest,
) (*transactionsCreateResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	if req.Transaction == nil {
		return nil, problem.New(problem.InvalidInput, "Give Transaction.")
	}
	wanted, err := req.Transaction.read(k)
	if err != nil {
		return nil, err
	}
	agent, err := d.agentNamed(c, caller, req.Transaction.AgentID, req.Transaction.AgentNumber)
	if err != nil {
		return nil, err
	}
	wanted.Agent = agent.ID
	posted, err := d.telecom.Transactions.Post(c.Context, caller.Principal(), wanted)
	if err != nil {
		return nil, err
	}
	item := transactionItemOf(k, posted, agent.Number)
	return &transactionsCreateResponse{Transaction: &item}, nil
}

// agentNamed finds the agent that a request names by id, by number or by both, if it names one.
func (d *dialect) agentNamed(c *soap.Call, caller *access.Caller, id *int32, number string) (access.Agent, error) {
	if idOf[access.AgentID](id) == 0 && number == "" {
		return access.Agent{}, nil
	}
	agent, _, err := d.catalogue.Agent(c.Context, caller.Principal(), idOf[access.AgentID](id), number)
	return agent, err
}

// read gives the transaction that a request wants, without its agent.
func (t *transactionItem) read(k clock) (telecom.Transaction, error) {
	if t.Amount == nil {
		return telecom.Transaction{}, problem.New(problem.InvalidInput, "Give Amount.")
	}
	return telecom.Transaction{
		ID:          idOf[telecom.TransactionID](t.ID),
		Kind:        textOf[telecom.Kind](t.Type),
		Amount:      *t.Amount,
		Quantity:    int(idOf[int64](t.Quantity)),
		Description: t.Description,
		OfProduct:   idOf[catalogue.ProductID](t.ProductID),
		OfType:      idOf[catalogue.ProductTypeID](t.ProductTypeID),
		Customer:    idOf[telecom.CustomerID](t.CustomerID),
		Service:     idOf[telecom.ServiceID](t.LineID),
		Product:     idOf[telecom.CustomerProductID](t.CustomerProductID),
		From:        k.read(t.DateStart),
		To:          k.read(t.DateEnd),
		TaxIncluded: is(t.TaxIncluded),
		Prorate:     is(t.Prorate),
		Statement:   idOf[int64](t.StatementID),
		CreatedAt:   k.read(t.CreatedDate),
	}, nil
}

type transactionsQueryRequest struct {
	baseRequest
	CustomerID  *int32
	StatementID *int32
	LineID      *int32
	Date        *transactionsQueryDate
}

// transactionsQueryDate says between which dates a transaction was created; both belong to the span.
type transactionsQueryDate struct {
	_     struct{} `soap:"Transactions_Query_Request_Date"`
	Start *soap.DateTime
	End   *soap.DateTime
}

type transactionsQueryResponse struct {
	baseResponse[transactionsQueryRequest]
	Transactions []transactionItem `soap:"Transactions,list=Transaction"`
}

// transactionsQuery lists charges and credits.
func (d *dialect) transactionsQuery(
	c *soap.Call, caller *access.Caller, req *transactionsQueryRequest,
) (*transactionsQueryResponse, error) {
	k, err := clockOf(caller.Subject.Tenant)
	if err != nil {
		return nil, err
	}
	filter := telecom.TransactionFilter{
		Customer:  idOf[telecom.CustomerID](req.CustomerID),
		Service:   idOf[telecom.ServiceID](req.LineID),
		Statement: idOf[int64](req.StatementID),
	}
	if span := req.Date; span != nil {
		filter.From, filter.To = k.read(span.Start), k.readEnd(span.End)
		if !filter.To.IsZero() && !span.End.DateOnly {
			filter.To = filter.To.Add(time.Microsecond) // the moment itself is in; moments are kept in microseconds
		}
	}
	found, err := d.telecom.Transactions.Find(c.Context, caller.Principal(), filter)
	if err != nil {
		return nil, err
	}
	items, err := d.transactionItems(c, caller, k, found)
	if err != nil {
		return nil, err
	}
	return &transactionsQueryResponse{Transactions: items}, nil
}

// transactionItems writes transactions, with the numbers of their agents.
func (d *dialect) transactionItems(
	c *soap.Call, caller *access.Caller, k clock, found []telecom.Transaction,
) ([]transactionItem, error) {
	numbers := map[access.AgentID]string{0: ""}
	items := make([]transactionItem, 0, len(found))
	for _, t := range found {
		if _, known := numbers[t.Agent]; !known {
			agent, _, err := d.catalogue.Agent(c.Context, caller.Principal(), t.Agent, "")
			if err != nil {
				return nil, err
			}
			numbers[t.Agent] = agent.Number
		}
		items = append(items, transactionItemOf(k, t, numbers[t.Agent]))
	}
	return items, nil
}

func transactionItemOf(k clock, t telecom.Transaction, agentNumber string) transactionItem {
	quantity := int32(t.Quantity)
	return transactionItem{
		Type:              word[enum_Type](t.Kind),
		ID:                ref(t.ID),
		Amount:            &t.Amount,
		Quantity:          &quantity,
		Description:       t.Description,
		ProductID:         ref(t.OfProduct),
		ProductTypeID:     ref(t.OfType),
		CustomerID:        ref(t.Customer),
		LineID:            ref(t.Service),
		CustomerProductID: ref(t.Product),
		DateStart:         k.writeIf(t.From),
		DateEnd:           k.writeIf(t.To),
		TaxIncluded:       &t.TaxIncluded,
		Prorate:           &t.Prorate,
		AgentID:           ref(t.Agent),
		AgentNumber:       agentNumber,
		StatementID:       ref(t.Statement),
		CreatedDate:       k.writeIf(t.CreatedAt),
	}
}
