package sqlstore

import (
	"context"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const transactionColumns = "id, tenant_id, customer_id, service_id, product_id, of_product, of_type, kind, amount, " +
	"quantity, description, from_at, to_at, tax_included, prorate, agent_id, statement_id, created_at"

func scanTransaction(row scanner) (telecom.Transaction, error) {
	var id int64
	var r sqlgen.InsertTransactionParams
	err := row.Scan(&id, &r.TenantID, &r.CustomerID, &r.ServiceID, &r.ProductID, &r.OfProduct, &r.OfType, &r.Kind,
		&r.Amount, &r.Quantity, &r.Description, &r.FromAt, &r.ToAt, &r.TaxIncluded, &r.Prorate, &r.AgentID, &r.StatementID,
		&r.CreatedAt)
	return telecom.Transaction{
		ID:          telecom.TransactionID(id),
		TenantID:    access.TenantID(r.TenantID),
		Customer:    telecom.CustomerID(r.CustomerID),
		Service:     telecom.ServiceID(r.ServiceID),
		Product:     telecom.CustomerProductID(r.ProductID),
		OfProduct:   catalogue.ProductID(r.OfProduct),
		OfType:      catalogue.ProductTypeID(r.OfType),
		Kind:        telecom.Kind(r.Kind),
		Amount:      amountOf(r.Amount),
		Quantity:    int(r.Quantity),
		Description: r.Description,
		From:        nullTimeOf(r.FromAt),
		To:          nullTimeOf(r.ToAt),
		TaxIncluded: r.TaxIncluded != 0,
		Prorate:     r.Prorate != 0,
		Agent:       access.AgentID(r.AgentID),
		Statement:   r.StatementID,
		CreatedAt:   timeOf(r.CreatedAt),
	}, err
}

// Transactions lists transactions in order of id.
func (t *tx) Transactions(ctx context.Context, filter telecom.TransactionFilter) ([]telecom.Transaction, error) {
	s := search{columns: transactionColumns, table: "transactions"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	whereID(&s, "customer_id = ?", filter.Customer)
	whereID(&s, "service_id = ? AND service_id <> 0", filter.Service) // which the index wants to see
	whereID(&s, "statement_id = ? AND statement_id <> 0", filter.Statement)
	if !filter.From.IsZero() {
		s.where("created_at >= ?", micros(filter.From))
	}
	if !filter.To.IsZero() {
		s.where("created_at < ?", micros(filter.To))
	}
	text := s.upTo(filter.Limit)
	return list(ctx, t, text, s.args, scanTransaction)
}

// Balance is the sum of a customer's charges less that of its credits.
func (t *tx) Balance(ctx context.Context, tenant access.TenantID, id telecom.CustomerID) (decimal.Decimal, error) {
	n, err := t.q.Balance(ctx, sqlgen.BalanceParams{TenantID: int64(tenant), CustomerID: int64(id)})
	return amountOf(n), writing("adding up a balance", err)
}

// InsertTransaction adds a transaction.
func (t *tx) InsertTransaction(ctx context.Context, posted telecom.Transaction) (telecom.TransactionID, error) {
	amount, err := tenThousandths(posted.Amount)
	if err != nil {
		return 0, err
	}
	id, err := t.q.InsertTransaction(ctx, sqlgen.InsertTransactionParams{
		TenantID:    int64(posted.TenantID),
		CustomerID:  int64(posted.Customer),
		ServiceID:   int64(posted.Service),
		ProductID:   int64(posted.Product),
		OfProduct:   int64(posted.OfProduct),
		OfType:      int64(posted.OfType),
		Kind:        string(posted.Kind),
		Amount:      amount,
		Quantity:    int64(posted.Quantity),
		Description: posted.Description,
		FromAt:      nullMicros(posted.From),
		ToAt:        nullMicros(posted.To),
		TaxIncluded: number(posted.TaxIncluded),
		Prorate:     number(posted.Prorate),
		AgentID:     int64(posted.Agent),
		StatementID: posted.Statement,
		CreatedAt:   micros(posted.CreatedAt),
	})
	return telecom.TransactionID(id), writing("posting a transaction", err)
}
