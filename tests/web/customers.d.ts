/** What customers add to rows that were there before them, and what signing in at a provider answers. */
declare namespace Api {
  interface Consent {
    page: string;
    user_code: string | null;
    interval_ms: number | null;
    expires_in_ms: number | null;
  }
  interface ConsentState {
    state: "pending" | "given" | "refused";
    interval_ms: number | null;
    said: string | null;
  }
  interface Board {
    /** Moves when a customer's card is worth fetching again. */
    customers: number;
  }
  interface Call {
    customer_id: string | null;
    /** Everybody whose phone rings for it now. */
    ringing: string[];
  }
  interface Waiting {
    customer_id: string | null;
  }
  interface Parked {
    customer_id: string | null;
  }
  interface Contact {
    customer_id: string | null;
  }
  interface Owed {
    customer_id: string | null;
    suggested: Suggested | null;
  }
  interface Suggested {
    by: "call" | "mail";
    at: Instant;
    person: string | null;
    id: string;
  }
  interface Conversation {
    customer_id: string | null;
    customer_name: string | null;
  }
}
