// A frame that says in its title where it thinks it is, how large it is, and what was
// typed into it: `at X,Y size WxH text T`. Control+D opens a dialog, F10 the menu.

import java.awt.*;
import java.awt.event.*;
import javax.swing.*;
import javax.swing.event.*;

public class Swing {
    public static void main(String[] arguments) {
        SwingUtilities.invokeLater(Swing::open);
    }

    static void open() {
        JPopupMenu.setDefaultLightWeightPopupEnabled(false);
        JFrame frame = new JFrame("starting");
        JTextField field = new JTextField();
        JComboBox<String> choice = new JComboBox<>(new String[] {"one", "two", "three"});
        choice.setLightWeightPopupEnabled(false);
        JPanel colour = new JPanel();
        colour.setBackground(new Color(0x20, 0x90, 0x50));

        Runnable tell = () -> {
            if (frame.isShowing()) {
                Point at = frame.getJMenuBar().getLocationOnScreen();
                Dimension size = frame.getContentPane().getSize();
                int height = size.height + frame.getJMenuBar().getHeight();
                frame.setTitle("at " + at.x + "," + at.y + " size " + size.width + "x" + height
                    + " text " + field.getText());
            }
        };
        frame.addComponentListener(new ComponentAdapter() {
            @Override public void componentMoved(ComponentEvent event) { tell.run(); }
            @Override public void componentResized(ComponentEvent event) { tell.run(); }
            @Override public void componentShown(ComponentEvent event) { tell.run(); }
        });
        field.getDocument().addDocumentListener(new DocumentListener() {
            @Override public void insertUpdate(DocumentEvent event) { tell.run(); }
            @Override public void removeUpdate(DocumentEvent event) { tell.run(); }
            @Override public void changedUpdate(DocumentEvent event) { tell.run(); }
        });

        JMenu menu = new JMenu("Menu");
        JMenuItem dialog = new JMenuItem("Dialog");
        dialog.setAccelerator(KeyStroke.getKeyStroke("control D"));
        dialog.addActionListener(event -> ask(frame));
        menu.add(dialog);
        menu.add(new JMenuItem("Nothing"));
        JMenuBar bar = new JMenuBar();
        bar.add(menu);
        frame.setJMenuBar(bar);
        frame.add(field, BorderLayout.NORTH);
        frame.add(colour, BorderLayout.CENTER);
        frame.add(choice, BorderLayout.SOUTH);
        frame.setSize(400, 300);
        frame.setDefaultCloseOperation(WindowConstants.EXIT_ON_CLOSE);
        frame.setVisible(true);
    }

    static void ask(JFrame frame) {
        JDialog dialog = new JDialog(frame, "question", true);
        JButton button = new JButton("Close");
        button.addActionListener(event -> dialog.dispose());
        dialog.add(button);
        dialog.getRootPane().setDefaultButton(button);
        dialog.setSize(200, 120);
        dialog.setLocationRelativeTo(frame);
        dialog.setVisible(true);
    }
}
