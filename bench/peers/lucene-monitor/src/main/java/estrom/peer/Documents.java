package estrom.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.FloatPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;

/** JSON documents as Lucene's, with the fields that the mapping names and texts else. */
final class Documents {
  static final String NAMES = "_field_names";
  private static final JsonFactory JSON = new JsonFactory();
  /** Positions for phrases, and nothing that scores. */
  private static final FieldType TEXT = new FieldType();

  static {
    TEXT.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    TEXT.setTokenized(true);
    TEXT.setOmitNorms(true);
    TEXT.freeze();
  }

  private final Map<String, String> types;
  private final boolean withNames;

  /** @param withNames with a field that names the others, for clauses that ask whether one is there */
  Documents(Map<String, String> types, boolean withNames) {
    this.types = types;
    this.withNames = withNames;
  }

  Document read(byte[] source) throws IOException {
    Document document = new Document();
    try (JsonParser parser = JSON.createParser(source)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        if (withNames) document.add(new StringField(NAMES, field, Field.Store.NO));
        switch (types.getOrDefault(field, "text")) {
          case "long" -> document.add(new LongPoint(field, parser.getLongValue()));
          case "float" -> document.add(new FloatPoint(field, parser.getFloatValue()));
          case "date" -> {}
          case "text and keyword" -> {
            document.add(new Field(field, parser.getText(), TEXT));
            document.add(new StringField(field + ".keyword", parser.getText(), Field.Store.NO));
          }
          default -> document.add(new Field(field, parser.getText(), TEXT));
        }
      }
    }
    return document;
  }
}
