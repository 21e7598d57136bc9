// Runs the npm package telegram-test-api on the port it is given, until its input ends.
// Its one gap that the Bot API does not allow: a callback query without `chat_instance`.
import TelegramServer from "telegram-test-api";

const format = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const formatted = format(update);
  if (formatted.callback_query) formatted.callback_query.chat_instance = "1";
  return formatted;
};
const server = new TelegramServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
await server.start();
console.log("ready");
process.stdin.resume().on("end", () => process.exit(0));
