package estrom.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.apache.lucene.document.FloatPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.WildcardQuery;

/** Queries of the bench in the Query DSL as Lucene's; words are lower-case letters, so none is analysed. */
final class Queries {
  private final Map<String, String> types;

  Queries(Map<String, String> types) {
    this.types = types;
  }

  Query read(JsonNode dsl) {
    Map.Entry<String, JsonNode> clause = dsl.fields().next();
    JsonNode body = clause.getValue();
    if (clause.getKey().equals("bool")) return bool(body);
    if (clause.getKey().equals("exists")) return exists(body.get("field").asText());
    Map.Entry<String, JsonNode> named = body.fields().next();
    String field = named.getKey();
    JsonNode value = named.getValue();
    return switch (clause.getKey()) {
      case "match" -> new TermQuery(new Term(field, value.asText()));
      case "match_phrase" -> new PhraseQuery(field, value.asText().split(" "));
      case "wildcard" -> new WildcardQuery(new Term(field, value.get("value").asText()));
      case "range" -> range(field, value);
      default -> throw new IllegalArgumentException(clause.getKey());
    };
  }

  private Query bool(JsonNode body) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    body.path("filter").forEach(clause -> builder.add(read(clause), Occur.FILTER));
    body.path("should").forEach(clause -> builder.add(read(clause), Occur.SHOULD));
    body.path("must_not").forEach(clause -> builder.add(read(clause), Occur.MUST_NOT));
    if (!body.has("filter") && !body.has("should")) builder.add(new MatchAllDocsQuery(), Occur.FILTER);
    return builder.build();
  }

  private Query exists(String field) {
    return new TermQuery(new Term(Documents.NAMES, field));
  }

  private Query range(String field, JsonNode bounds) {
    if (bounds.has("gt") || bounds.has("lt")) throw new IllegalArgumentException("open bounds");
    if (types.get(field).equals("long")) {
      return LongPoint.newRangeQuery(
          field,
          bounds.has("gte") ? bounds.get("gte").asLong() : Long.MIN_VALUE,
          bounds.has("lte") ? bounds.get("lte").asLong() : Long.MAX_VALUE);
    }
    return FloatPoint.newRangeQuery(
        field,
        bounds.has("gte") ? Float.parseFloat(bounds.get("gte").asText()) : Float.NEGATIVE_INFINITY,
        bounds.has("lte") ? Float.parseFloat(bounds.get("lte").asText()) : Float.POSITIVE_INFINITY);
  }
}
